import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dev } from '../../../build/commands/dev.ts';
import { type Clone, freshClone, type Running, runToEnd, startServer } from '../../support/clone.ts';
import { runCommand } from '../support/command.ts';

let clone: Clone;
beforeAll(() => {
  clone = freshClone();
});
afterAll(() => clone.remove());

const REQUEST = {
  customer_id: 123,
  last_order_ts: '2020-07-30 10:12:13',
  country_code: 'Peru',
  total_orders: 15,
  segment_name: 'recency_segment',
};

/** What a newcomer tries first: the console, and a voucher. */
async function expectToServe({ origin }: Running): Promise<void> {
  const page = await fetch(`${origin}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  await page.body?.cancel();
  const answer = await fetch(`${origin}/voucher`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(REQUEST),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ segment: '181+', voucher_amount: expect.any(Number) });
}

describe('a fresh clone', () => {
  it.each([
    ['npx wrangler dev', ['npx', 'wrangler', 'dev', '--port', '0'], {}],
    ['npm start -- --port', ['npm', 'start', '--', '--port', '0'], {}],
    ['npm run start:deno', ['npm', 'run', 'start:deno'], { PORT: '0', HOST: '127.0.0.1' }],
  ])('serves the console and vouchers by `%s`', async (_, line, env) => {
    rmSync(join(clone.path, '.console'), { recursive: true, force: true });
    const server = await startServer(line, clone.path, env);
    try {
      await expectToServe(server);
    } finally {
      await server.stop();
    }
  });

  it('keeps the data of a server of its own in the folder that DATA names', async () => {
    const data = join(clone.path, 'kept');
    const env = { PORT: '0', HOST: '127.0.0.1', DATA: data };
    const server = await startServer(['npm', 'run', 'serve'], clone.path, env);
    try {
      await expectToServe(server);
      expect(readdirSync(data)).toContain('tmp');
      expect(existsSync(join(clone.path, '.data'))).toBe(false);
    } finally {
      await server.stop();
    }
  });

  it.each([
    [[], ['ARTIFACTS', 'ASSETS', 'INGEST', 'SEQUENCER', 'UPLOADS', 'UPLOAD_EVENTS']],
    [
      ['--env', 'core'],
      ['ARTIFACTS', 'ASSETS'],
    ],
  ])('is deployed by `npx wrangler deploy` %j with these bindings alone: %j', async (flags, bindings) => {
    const line = ['npx', 'wrangler', 'deploy', '--dry-run', ...flags];
    const { code, output } = await runToEnd(line, clone.path);
    expect([code, output]).toEqual([0, expect.stringContaining('--dry-run: exiting now')]);
    const found = [...output.matchAll(/^env\.(\w+)/gm)].map(([, name]) => name);
    expect(found.sort()).toEqual(bindings);
    expect(output).not.toContain('Multiple environments');
  });
});

describe('npm run dev', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('ends with Deno when a process manager ends it', async () => {
    const line = [process.execPath, 'build/commands/dev.ts', '--runtime', 'deno'];
    const server = await startServer(line, clone.path, { PORT: '0' });
    try {
      expect(await server.terminate()).toBe(143);
      await expect(fetch(server.origin)).rejects.toThrow('fetch failed');
    } finally {
      await server.stop();
    }
  });

  it.each([
    ['a port that is no number', { PORT: 'abc' }, 2, 'PORT: expected a port from 0 to 65535'],
    ['a port that is too high', { PORT: '70000' }, 2, 'got "70000"'],
    [
      'a host of another machine',
      { HOST: '192.0.2.1' },
      1,
      'HOST: 192.0.2.1 is not an address of this machine',
    ],
  ])(
    'refuses %s with a sentence, on either runtime',
    async (_, env: Record<string, string>, code, sentence) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      for (const runtime of ['workerd', 'deno']) {
        const ended = await runCommand(dev, ['--runtime', runtime]);
        expect(ended).toEqual({ code, out: '', err: expect.stringContaining(sentence) });
      }
    },
  );

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const port = (other.address() as { port: number }).port;
    const env = { PORT: String(port), HOST: '127.0.0.1' };
    const ended = await runToEnd(['npm', 'run', '--silent', 'dev'], clone.path, env);
    other.close();
    expect(ended).toEqual({ code: 1, output: expect.stringContaining(`port ${port} is in use`) });
  });

  it('says how to set a port that npm took for itself', async () => {
    const ended = await runToEnd(['npm', 'run', 'dev', '--port', '23000'], clone.path);
    expect(ended.code).toBe(2);
    expect(ended.output).toContain('npm keeps --port for itself: write PORT=23000 npm start');
  });
});
