import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { unstable_readConfig } from 'wrangler';
import type { BodyMetadata } from '../../../src/core/publish/bodies.ts';
import type { Entry } from '../../../src/core/publish/pointer.ts';
import { inProject, installed } from './project.ts';
import type { Resources } from './resources.ts';
import { type Command, freePort, type Server, startServer } from './server.ts';

const run = promisify(execFile);
const WRANGLER_CONFIG = inProject('wrangler.toml');

/** The kinds of module that a bundle may hold, by extension: see Worker.Module in workerd.capnp. */
const MODULE_KINDS: Partial<Record<string, string>> = {
  '.js': 'esModule',
  '.mjs': 'esModule',
  '.wasm': 'wasm',
  '.txt': 'text',
  '.html': 'text',
  '.bin': 'data',
};

/** What an isolate finds in its KV namespace: a pointer to one artifact, and the artifact. */
export interface Published {
  version: string;
  /** The content of artifact.json. */
  text: string;
}

/** Replaces KV, on the same machine: it answers as the namespaces of workerd expect it. */
const KV_SERVICE = `import pointer from 'pointer.json';
import body from 'artifact.json';
import metadata from 'metadata.json';
const { version } = JSON.parse(pointer);
const values = { current: pointer, ['artifact:' + version]: body };
export default {
  fetch(request) {
    const value = values[decodeURIComponent(new URL(request.url).pathname.slice(1))];
    if (value === undefined) return new Response(null, { status: 404 });
    return new Response(value, { headers: value === body ? { 'cf-kv-metadata': metadata } : {} });
  },
};
`;

/**
 * Serves an entry on workerd itself: bundled by wrangler as a deployment is, with the compatibility date, flags and
 * vars of wrangler.toml, but without the proxies that `wrangler dev` puts in front.
 *
 * @param entry relative to the project's root
 * @param published what is in KV; without it there is no namespace
 */
export async function startWorkerd(
  resources: Resources,
  name: string,
  entry: string,
  published: Published | null = null,
): Promise<Server> {
  return startServer(resources, await workerdCommand(resources, name, entry, published));
}

/** The entries of the service; others are peers. */
const SERVICES = ['src/worker.ts', 'src/worker-core.ts'];

/** A peer is bundled as the service is, but has none of the bindings that its config asks for. */
function plainConfig(resources: Resources): string {
  const path = join(resources.folder(), 'wrangler.toml');
  writeFileSync(
    path,
    'name = "peer"\ncompatibility_date = "2026-10-01"\nminify = true\nsend_metrics = false\n',
  );
  return path;
}

/** @returns how to start it, once it is bundled */
export async function workerdCommand(
  resources: Resources,
  name: string,
  entry: string,
  published: Published | null = null,
): Promise<Command> {
  const folder = resources.folder();
  const bundling = SERVICES.includes(entry) ? WRANGLER_CONFIG : plainConfig(resources);
  const args = ['deploy', inProject(entry), '--dry-run', '--outdir', folder, '--config', bundling];
  await run(installed('wrangler'), args, {
    cwd: inProject('.'),
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  });
  const port = await freePort();
  const main = `${basename(entry, extname(entry))}.js`;
  const config = workerdConfig(main, readdirSync(folder), port, published !== null);
  writeFileSync(join(folder, 'config.capnp'), config);
  if (published !== null) writeKv(folder, published);
  const url = `http://127.0.0.1:${port}/voucher`;
  return {
    name,
    file: installed('workerd'),
    args: ['serve', join(folder, 'config.capnp')],
    url,
    ready: async () => (await fetch(url, { method: 'POST', body: '{}' })).status < 500,
  };
}

function writeKv(folder: string, { version, text }: Published): void {
  const at = new Date().toISOString();
  const pointer: Entry = {
    version,
    action: 'publish',
    at,
    by: 'bench',
    reason: null,
    previous: null,
    previous_at: null,
    live_since: at,
    hold: null,
    run: null,
    history_source: 'command_line',
  };
  writeFileSync(join(folder, 'kv.js'), KV_SERVICE);
  writeFileSync(join(folder, 'pointer.json'), JSON.stringify(pointer));
  writeFileSync(join(folder, 'artifact.json'), text);
  const metadata: BodyMetadata = {
    bytes: text.length,
    rows_kept: 0,
    countries: 0,
    stored_at: at,
    written_at: at,
  };
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify(metadata));
}

function workerdConfig(main: string, files: readonly string[], port: number, withKv: boolean): string {
  const { compatibility_date, compatibility_flags, vars } = unstable_readConfig({ config: WRANGLER_CONFIG });
  const modules = [main, ...files.filter((file) => file !== main)].flatMap((file) => {
    const kind = MODULE_KINDS[extname(file)];
    return kind ? [`(name = ${quote(file)}, ${kind} = embed ${quote(file)})`] : [];
  });
  const bindings = Object.entries(vars).map(([name, value]) =>
    typeof value === 'string'
      ? `(name = ${quote(name)}, text = ${quote(value)})`
      : `(name = ${quote(name)}, json = ${quote(JSON.stringify(value))})`,
  );
  if (withKv) bindings.push('(name = "ARTIFACTS", kvNamespace = "kv")');
  const services = ['(name = "main", worker = .worker)', ...(withKv ? ['(name = "kv", worker = .kv)'] : [])];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(', ')}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  bindings = [${bindings.join(', ')}],
  compatibilityDate = ${quote(compatibility_date ?? '')},
  compatibilityFlags = [${compatibility_flags.map(quote).join(', ')}]
);
${withKv ? kvWorker(compatibility_date ?? '') : ''}`;
}

function kvWorker(date: string): string {
  return `const kv :Workerd.Worker = (
  modules = [
    (name = "kv.js", esModule = embed "kv.js"),
    (name = "pointer.json", text = embed "pointer.json"),
    (name = "artifact.json", text = embed "artifact.json"),
    (name = "metadata.json", text = embed "metadata.json")
  ],
  compatibilityDate = ${quote(date)}
);
`;
}

/** Cap'n Proto writes strings as JSON does, for the characters that occur here. */
function quote(text: string): string {
  return JSON.stringify(text);
}
