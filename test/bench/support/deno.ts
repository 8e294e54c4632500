import { inProject, installed } from './project.ts';
import type { Resources } from './resources.ts';
import { freePort, type Server, startServer } from './server.ts';

const PERMISSIONS = ['--allow-env', '--allow-read', '--allow-net'];

/** Serves an entry that exports `fetch` with `deno serve`. @param entry relative to the project's root */
export async function startDeno(resources: Resources, name: string, entry: string): Promise<Server> {
  const port = await freePort();
  const args = ['serve', ...PERMISSIONS, '--port', String(port), '--host', '127.0.0.1', inProject(entry)];
  return start(resources, name, port, args, {});
}

/** Serves the project as `npm run serve` does, with an empty data folder. */
export async function startService(resources: Resources, name: string): Promise<Server> {
  const port = await freePort();
  const data = resources.folder();
  const args = ['run', ...PERMISSIONS, `--allow-write=${data}`, inProject('src/deno.ts')];
  return start(resources, name, port, args, { PORT: String(port), HOST: '127.0.0.1', DATA: data });
}

function start(
  resources: Resources,
  name: string,
  port: number,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Server> {
  const url = `http://127.0.0.1:${port}/voucher`;
  return startServer(resources, {
    name,
    file: installed('deno'),
    args,
    env: { DENO_NO_UPDATE_CHECK: '1', ...env },
    url,
    ready: async () => (await fetch(url, { method: 'POST', body: '{}' })).status < 500,
  });
}
