import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Hooks, startHooks } from '../support/hooks.ts';
import { type DenoServer, Ended, startService } from './support.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-hooks-'));
const hooks = await startHooks();
afterAll(async () => {
  await hooks.stop();
  await rm(folder, { recursive: true, force: true });
});

const running: DenoServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
});

async function serve(name: string, WEBHOOK_URL: string): Promise<DenoServer> {
  const DATA = join(folder, name);
  const server = await startService({
    permissions: [`--allow-write=${DATA}`],
    env: { DATA, ADMIN_TOKEN: 'token', WEBHOOK_URL, WEBHOOK_SECRET: 'secret' },
  });
  running.push(server);
  return server;
}

async function send({ origin }: DenoServer, method: string, path: string, body?: string) {
  const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
  return await fetch(origin + path, { method, headers, ...(body !== undefined && { body }) });
}

/** Puts the sample there as an upload, and waits until it is published. */
async function published(server: DenoServer): Promise<void> {
  const csv = await readFile(new URL('../../build/sample/history.csv', import.meta.url), 'utf8');
  expect((await send(server, 'PUT', '/uploads/sample.csv', csv)).status).toBeLessThan(300);
  await expect
    .poll(async () => (await (await send(server, 'GET', '/runs')).json()).runs[0]?.state, { timeout: 60_000 })
    .toBe('published');
}

const toldOf = (path: string, { told }: Hooks = hooks) =>
  told.filter((one) => one.path === path).map(({ body }) => JSON.parse(body));

describe('a server of its own', () => {
  it('tells the webhook of a publish and of a hold, signed', async () => {
    const server = await serve('told', `${hooks.origin}/ok`);
    await published(server);
    expect((await send(server, 'POST', '/hold', '{"reason":"a campaign"}')).status).toBe(200);
    await expect.poll(() => toldOf('/ok').length).toBe(2);
    expect(toldOf('/ok')).toMatchObject([
      { event: 'published', text: expect.stringMatching(/^voucher-edge: .* published version/) },
      { event: 'held', by: 'admin', reason: 'a campaign' },
    ]);
    expect(hooks.told.at(-1)?.headers['webhook-signature']).toMatch(/^v1,[\w+/]{43}=$/);
  });

  it('does not wait for a webhook that hangs, neither to publish nor to answer', async () => {
    const server = await serve('hanging', `${hooks.origin}/hang`);
    await published(server);
    expect((await send(server, 'POST', '/hold')).status).toBe(200);
    expect((await send(server, 'GET', '/ready')).status).toBe(200);
    await expect.poll(() => toldOf('/hang').length).toBeGreaterThan(1);
    // It is still being told.
    expect(server.output().out).not.toContain('"event.action":"webhook"');
  });

  it('logs one line for a webhook that redirects, and tells no other host', async () => {
    const before = toldOf('/ok').length;
    const server = await serve('moved', `${hooks.origin}/moved`);
    await published(server);
    const lines = () =>
      server
        .output()
        .out.split('\n')
        .filter((line) => line.includes('"event.action":"webhook"'));
    await expect.poll(() => lines().length).toBe(1);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      'log.level': 'error',
      'error.message': 'it answered with a redirect, which is not followed',
      'voucher.webhook_tries': 1,
    });
    expect(lines()[0]).not.toContain('/moved');
    expect(toldOf('/ok')).toHaveLength(before);
  });

  it('does not start with an address that does not fit', async () => {
    const error: Ended = await serve('wrong', 'nonsense').then(
      () => expect.fail('expected it not to start'),
      (ended: Ended) => ended,
    );
    expect(error).toBeInstanceOf(Ended);
    expect([error.code, error.err]).toEqual([2, expect.stringContaining('WEBHOOK_URL: expected an address')]);
  });
});
