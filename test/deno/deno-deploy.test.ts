import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { execFileSync } from '../support/children.ts';
import { type Clone, freshClone } from '../support/clone.ts';
import { listen } from '../support/listen.ts';
import { GOOD } from '../support/service.ts';

/** What Deno Deploy does with the settings that build/deploy/README.md names, as its documentation has it. */
const BUILD = 'npm run build:artifact && npm run build:server';
const ENTRYPOINT = '.server/bin/server.js';

let clone: Clone;
let deno: string;
const revision = mkdtempSync(join(tmpdir(), 'voucher-edge-revision-'));
beforeAll(() => {
  clone = freshClone();
  deno = join(clone.path, 'node_modules/deno/deno');
  execFileSync('sh', ['-c', BUILD], { cwd: clone.path, stdio: 'pipe' });
  cpSync(join(clone.path, '.server'), join(revision, '.server'), { recursive: true });
});
afterAll(() => {
  clone.remove();
  rmSync(revision, { recursive: true, force: true });
});

/** Starts a revision where the platform wants it: it sets the address, and all permissions are given. */
async function startRevision(env: Record<string, string>) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  const child = spawn(deno, ['run', '--allow-all', ENTRYPOINT], {
    cwd: revision,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, NO_COLOR: '1', DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`, ...env },
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Listening on')) resolve();
    });
    child.once('close', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
  return { origin: `http://127.0.0.1:${port}`, child };
}

const voucher = (origin: string) =>
  fetch(`${origin}/voucher`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(GOOD),
  });

it('a revision of Deno Deploy answers its warm-up and vouchers, from the artifact at a URL, and ends by itself', async () => {
  const table = readFileSync(new URL('../../artifacts/current.json', import.meta.url));
  const host = await listen(async () => new Response(table, { headers: { etag: '"1"' } }));
  const { origin, child } = await startRevision({
    ARTIFACT: `${host.origin}/current.json`,
    FIRST_WAIT_SECONDS: '60',
  });
  try {
    const warmUp = await fetch(`${origin}/`);
    expect([warmUp.status, warmUp.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    await warmUp.body?.cancel();
    const answer = await voucher(origin);
    expect([answer.status, answer.headers.get('x-artifact-version')]).toEqual([200, bundled.version]);
    await answer.body?.cancel();
    expect(await (await fetch(`${origin}/ready`)).json()).toMatchObject({ origin: 'url', fault: null });
  } finally {
    const closed = once(child, 'close');
    child.kill('SIGINT');
    const [code] = await closed;
    await host.stop();
    // By itself: the platform waits 5 s before it kills.
    expect(code).toBe(130);
  }
});
