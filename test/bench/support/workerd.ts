import { execFile } from 'node:child_process';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { PART_CHARACTERS, statisticsKey } from '../../../src/core/publish/bodies.ts';
import type { Entry } from '../../../src/core/publish/pointer.ts';
import { IsolateHeap } from './isolate-heap.ts';
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

/** An artifact in the KV namespace of an isolate. */
export interface Published {
  version: string;
  /** The table. */
  text: string;
  /** Where they are looked at. */
  statistics?: string;
}

/** Replaces KV, on the same machine: several artifacts are live in turn. */
const kvService = (
  count: number,
  swapMs: number,
  /** The keys of statistics. */
  parts: readonly string[],
) => `${Array.from({ length: count }, (_, at) => `import body${at} from 'artifact${at}.json';`).join('\n')}
import pointers from 'pointers.json';
const entries = JSON.parse(pointers);
const bodies = [${Array.from({ length: count }, (_, at) => `body${at}`)}];
const values = Object.fromEntries(entries.map(({ version }, at) => ['artifact:' + version, bodies[at]]));
${parts.map((key, at) => `import part${at} from 'part${at}.json';\nvalues[${quote(key)}] = part${at};`).join('\n')}
export default {
  fetch(request) {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const live = entries[Math.floor(Date.now() / ${swapMs}) % entries.length];
    const value = key === 'current' ? JSON.stringify(live) : values[key];
    return new Response(value ?? null, { status: value === undefined ? 404 : 200 });
  },
};
`;

/** Milliseconds for which one of several artifacts is live, unless it is said. */
export const SWAP_MS = 2000;

export interface WorkerdOptions {
  /** Milliseconds for which one of several artifacts is live. */
  swapMs?: number;
  /** What V8 is told, such as how large a heap may be. */
  v8Flags?: readonly string[];
  /** The folder of a bundle of the same entry; without it, the entry is bundled. */
  bundled?: string;
}

/**
 * Serves an entry on workerd itself: bundled by wrangler as a deployment is, with the compatibility date, flags and
 * vars of wrangler.toml, but without the proxies that `wrangler dev` puts in front.
 *
 * @param entry relative to the project's root
 * @param published what is in KV; without any there is no namespace
 */
export async function startWorkerd(
  resources: Resources,
  name: string,
  entry: string,
  published: readonly Published[] = [],
  options: WorkerdOptions = {},
): Promise<Server> {
  return startServer(resources, await workerdCommand(resources, name, entry, published, options));
}

/** The same with an inspector, which reads the memory of the isolate that answers. */
export async function startInspected(
  ...[resources, name, entry, published, options]: Parameters<typeof workerdCommand>
): Promise<{ server: Server; heap: IsolateHeap }> {
  const command = await workerdCommand(resources, name, entry, published, options);
  const inspector = `127.0.0.1:${await freePort()}`;
  const args = [...command.args, '--inspector-addr', inspector];
  const server = await startServer(resources, { ...command, args });
  return { server, heap: await IsolateHeap.connect(resources, inspector, 'main') };
}

/** The entries of the service; others are peers. */
const CORE = 'src/worker-core.ts';
const SERVICES = ['src/worker.ts', CORE];

/** A peer is bundled as the service is, but has none of the bindings that its config asks for. */
function plainConfig(resources: Resources): string {
  const path = join(resources.folder(), 'wrangler.toml');
  writeFileSync(
    path,
    'name = "peer"\ncompatibility_date = "2026-10-01"\nminify = true\nsend_metrics = false\n',
  );
  return path;
}

async function bundle(resources: Resources, entry: string, folder: string): Promise<void> {
  const config = SERVICES.includes(entry) ? WRANGLER_CONFIG : plainConfig(resources);
  const args = ['deploy', inProject(entry), '--dry-run', '--outdir', folder, '--config', config];
  if (entry === CORE) args.push('--env', 'core');
  await run(installed('wrangler'), args, {
    cwd: inProject('.'),
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  });
}

/** @returns how to start it, once it is bundled */
export async function workerdCommand(
  resources: Resources,
  name: string,
  entry: string,
  published: readonly Published[] = [],
  options: WorkerdOptions = {},
): Promise<Command> {
  const folder = resources.folder();
  if (options.bundled === undefined) await bundle(resources, entry, folder);
  else cpSync(options.bundled, folder, { recursive: true });
  const port = await freePort();
  const main = `${basename(entry, extname(entry))}.js`;
  const config = await workerdConfig(main, readdirSync(folder), port, published, options);
  writeFileSync(join(folder, 'config.capnp'), config);
  if (published.length > 0) writeKv(folder, published, options);
  const url = `http://127.0.0.1:${port}/voucher`;
  return {
    name,
    file: installed('workerd'),
    args: ['serve', join(folder, 'config.capnp')],
    url,
    ready: async () => (await fetch(url, { method: 'POST', body: '{}' })).status < 500,
  };
}

function writeKv(
  folder: string,
  published: readonly Published[],
  { swapMs = SWAP_MS }: WorkerdOptions,
): void {
  const at = new Date().toISOString();
  const statistics = statisticsParts(published);
  const entries = published.map(
    ({ version }, index): Entry => ({
      version,
      action: 'publish',
      at,
      by: 'bench',
      reason: null,
      previous: published.length > 1 ? (published[(index + 1) % published.length]?.version ?? null) : null,
      previous_at: null,
      live_since: at,
      hold: null,
      run: null,
      history_source: 'command_line',
    }),
  );
  writeFileSync(
    join(folder, 'kv.js'),
    kvService(
      published.length,
      swapMs,
      statistics.map(([key]) => key),
    ),
  );
  writeFileSync(join(folder, 'pointers.json'), JSON.stringify(entries));
  for (const [index, { text }] of published.entries())
    writeFileSync(join(folder, `artifact${index}.json`), text);
  for (const [index, [, text]] of statistics.entries())
    writeFileSync(join(folder, `part${index}.json`), text);
}

async function workerdConfig(
  main: string,
  files: readonly string[],
  port: number,
  published: readonly Published[],
  { v8Flags = [] }: WorkerdOptions,
): Promise<string> {
  const withKv = published.length > 0;
  // Loaded where it is used: that takes most of a second.
  const { unstable_readConfig } = await import('wrangler');
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
  if (published.length > 1) bindings.push('(name = "REFRESH_SECONDS", text = "1")');
  const services = ['(name = "main", worker = .worker)', ...(withKv ? ['(name = "kv", worker = .kv)'] : [])];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(', ')}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
  v8Flags = [${v8Flags.map(quote).join(', ')}]
);
const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  bindings = [${bindings.join(', ')}],
  compatibilityDate = ${quote(compatibility_date ?? '')},
  compatibilityFlags = [${compatibility_flags.map(quote).join(', ')}]
);
${withKv ? kvWorker(compatibility_date ?? '', published) : ''}`;
}

/** @returns the keys and the texts of statistics, in parts as they are published */
function statisticsParts(published: readonly Published[]): [key: string, text: string][] {
  return published.flatMap(({ version, statistics = '' }) =>
    Array.from({ length: Math.ceil(statistics.length / PART_CHARACTERS) }, (_, part) => {
      const from = part * PART_CHARACTERS;
      return [statisticsKey(version, part), statistics.slice(from, from + PART_CHARACTERS)] as [
        string,
        string,
      ];
    }),
  );
}

function kvWorker(date: string, published: readonly Published[]): string {
  const artifacts = published.map((_, at) => `artifact${at}.json`);
  const parts = statisticsParts(published).map((_, at) => `part${at}.json`);
  const texts = ['pointers.json', ...artifacts, ...parts].map(
    (name) => `(name = ${quote(name)}, text = embed ${quote(name)})`,
  );
  return `const kv :Workerd.Worker = (
  modules = [
    (name = "kv.js", esModule = embed "kv.js"),
    ${texts.join(', ')}
  ],
  compatibilityDate = ${quote(date)}
);
`;
}

/** Cap'n Proto writes strings as JSON does, for the characters that occur here. */
function quote(text: string): string {
  return JSON.stringify(text);
}
