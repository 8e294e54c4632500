import { inProject, installed } from './project.ts';
import type { Resources } from './resources.ts';
import { freePort, type Server, startServer } from './server.ts';

/** Serves an entry with `deno serve`, with the permissions that start:deno gives. @param entry relative to the project's root */
export async function startDeno(resources: Resources, name: string, entry: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/voucher`;
  const permissions = ['--allow-env', '--allow-read', '--allow-net'];
  return startServer(resources, {
    name,
    file: installed('deno'),
    args: ['serve', ...permissions, '--port', String(port), '--host', '127.0.0.1', inProject(entry)],
    env: { DENO_NO_UPDATE_CHECK: '1' },
    url,
    ready: async () => (await fetch(url, { method: 'POST', body: '{}' })).status < 500,
  });
}
