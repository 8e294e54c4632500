import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { unstable_readConfig } from 'wrangler';
import { inProject, installed } from './project.ts';
import type { Resources } from './resources.ts';
import { freePort, type Server, startServer } from './server.ts';

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

/**
 * Serves an entry on workerd itself: bundled by wrangler as a deployment is, with the compatibility date, flags and
 * vars of wrangler.toml, but without the proxies that `wrangler dev` puts in front.
 *
 * @param entry relative to the project's root
 */
export async function startWorkerd(resources: Resources, name: string, entry: string): Promise<Server> {
  const folder = resources.folder();
  const args = ['deploy', inProject(entry), '--dry-run', '--outdir', folder, '--config', WRANGLER_CONFIG];
  await run(installed('wrangler'), args, {
    cwd: inProject('.'),
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  });
  const port = await freePort();
  const main = `${basename(entry, extname(entry))}.js`;
  writeFileSync(join(folder, 'config.capnp'), workerdConfig(main, readdirSync(folder), port));
  const url = `http://127.0.0.1:${port}/voucher`;
  return startServer(resources, {
    name,
    file: installed('workerd'),
    args: ['serve', join(folder, 'config.capnp')],
    url,
    ready: async () => (await fetch(url, { method: 'POST', body: '{}' })).status < 500,
  });
}

function workerdConfig(main: string, files: readonly string[], port: number): string {
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
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  bindings = [${bindings.join(', ')}],
  compatibilityDate = ${quote(compatibility_date ?? '')},
  compatibilityFlags = [${compatibility_flags.map(quote).join(', ')}]
);
`;
}

/** Cap'n Proto writes strings as JSON does, for the characters that occur here. */
function quote(text: string): string {
  return JSON.stringify(text);
}
