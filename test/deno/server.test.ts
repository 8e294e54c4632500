import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { REQUEST } from '../support/artifacts.ts';
import { LIFECYCLE_TOKEN as TOKEN } from '../support/lifecycle-suite.ts';
import { MAY_MOUNT, makeReadOnly, mountSmall } from '../unit/support/mounts.ts';
import { type DenoOptions, type DenoServer, Ended, startService } from './support.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-server-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const running: DenoServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
});

/** Starts a server on a data folder. */
async function serve(name: string, env: Record<string, string> = {}, more: DenoOptions = {}) {
  const DATA = join(folder, name);
  const server = await startService({
    permissions: [`--allow-write=${DATA}`],
    env: { DATA, ADMIN_TOKEN: TOKEN, ...env },
    ...more,
  });
  running.push(server);
  return server;
}

const ended = (started: Promise<unknown>) =>
  started.then(
    () => expect.fail('expected it not to start'),
    (error: Ended) => {
      expect(error).toBeInstanceOf(Ended);
      return { code: error.code, err: error.err };
    },
  );

const authorization = { authorization: `Bearer ${TOKEN}` };
const put = ({ origin }: DenoServer, name: string, body: string | Uint8Array<ArrayBuffer>) =>
  fetch(`${origin}/uploads/${name}`, { method: 'PUT', headers: authorization, body });
const ask = ({ origin }: DenoServer, headers: Record<string, string> = {}) =>
  fetch(`${origin}/voucher`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(REQUEST),
  });

const HISTORY = `timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount
${'2018-07-21,Peru,2018-04-20,2017-01-01,1,4400\n'.repeat(40)}`;

const errors = (server: DenoServer) =>
  server
    .output()
    .out.split('\n')
    .filter((line) => line.includes('"log.level":"error"'))
    .map((line) => JSON.parse(line).message);

describe('a setting that cannot be meant ends the start with a sentence', () => {
  it.each([
    [{ PORT: 'abc' }, 2, 'PORT: expected a port from 0 to 65535 (0 takes any free one), got "abc"'],
    [{ PORT: '70000' }, 2, 'PORT: expected a port'],
    [{ PORT: '-1' }, 2, 'PORT: expected a port'],
    [{ HOST: '192.0.2.1' }, 1, 'HOST: 192.0.2.1 is not an address of this machine'],
    [{ HOST: 'no.such.host.invalid' }, 1, 'HOST: no.such.host.invalid is not an address of this machine'],
    [{ RATE_LIMIT: 'many' }, 2, 'RATE_LIMIT: expected REQUESTS/SECONDS such as 600/60, got "many"'],
    [{ RATE_LIMIT: '0/60' }, 2, 'RATE_LIMIT: expected'],
    [{ BEHIND_PROXY: 'yes' }, 2, 'BEHIND_PROXY: expected true or false, got "yes"'],
    [{ FIRST_WAIT_SECONDS: '-1' }, 2, 'FIRST_WAIT_SECONDS: expected a number of seconds, got "-1"'],
    [{ REFRESH_SECONDS: '-1' }, 2, 'REFRESH_SECONDS: expected a number of seconds, got "-1"'],
    [{ ADMIN_TOKENS: 'ana' }, 2, 'ADMIN_TOKENS: entry 1 is not NAME:SHA256'],
    [{ CORS_ORIGINS: 'null' }, 2, 'CORS_ORIGINS: "null" is the origin of every sandboxed page'],
    [{ CORS_ORIGINS: 'https://a.example/x' }, 2, 'CORS_ORIGINS: expected an origin such as'],
    [{ CORS_ORIGINS: '*', API_KEYS: 'key' }, 2, 'CORS_ORIGINS: "*" lets every page send requests'],
    [{ ARTIFACT: 'artifacts/current.json' }, 2, 'expected DATA or ARTIFACT, got both'],
  ])('%j', async (env, code, sentence) => {
    const outcome = await ended(serve('settings', env));
    expect(outcome).toEqual({ code, err: expect.stringContaining(`error: ${sentence}`) });
    expect(outcome.err).not.toMatch(/\n +at /);
  });

  it('a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const outcome = await ended(serve('in-use', { PORT: String(port) }));
    other.close();
    expect(outcome).toEqual({ code: 1, err: expect.stringContaining(`error: PORT: ${port} is in use`) });
  });
});

it('a setting whose value is wrong ends the start also where nothing needs it', async () => {
  const outcome = await ended(startService({ env: { REFRESH_SECONDS: 'often' } }));
  expect(outcome).toEqual({
    code: 2,
    err: expect.stringContaining('error: REFRESH_SECONDS: expected a number of seconds, got "often"'),
  });
});

it('a variable whose name has a slip is pointed out, since it would leave the service open', async () => {
  const server = await startService({ permissions: ['--allow-env'], env: { API_KEY: 'secret-key' } });
  const { err } = server.output();
  await server.stop();
  expect(err).toContain('warning: the variable API_KEY is not known. Did you mean API_KEYS?');
  expect(err).not.toContain('secret-key');
});

describe('a data folder', () => {
  it('is made when it is missing, also below missing folders', async () => {
    const server = await serve('deep/er/data');
    expect((await ask(server)).status).toBe(200);
    expect(await readdir(join(folder, 'deep/er/data'))).toContain('tmp');
  });

  it('is used by one server at a time, and by the next when that has ended', async () => {
    const first = await serve('shared');
    const outcome = await ended(serve('shared'));
    expect(outcome).toEqual({ code: 1, err: expect.stringContaining('is used by another server') });
    expect((await ask(first)).status).toBe(200);
    await first.kill();
    expect((await ask(await serve('shared'))).status).toBe(200);
  });

  it('is refused where a file is in its place', async () => {
    await writeFile(join(folder, 'a-file'), '');
    const outcome = await ended(serve('a-file'));
    expect(outcome).toEqual({ code: 1, err: expect.stringMatching(/error: DATA: the folder .*a-file/) });
  });

  it.each(['elsewhere', '/proc/x'])('is refused where Deno may not write: %s', async (place) => {
    const outcome = await ended(
      startService({ env: { DATA: place.startsWith('/') ? place : join(folder, place) } }),
    );
    expect(outcome).toEqual({
      code: 1,
      err: expect.stringMatching(
        /^error: DATA: the folder \S+ cannot be made: Deno has no permission to write there: /m,
      ),
    });
  });

  it('loses what a killed process left half-written', async () => {
    await mkdir(join(folder, 'left/tmp'), { recursive: true });
    await writeFile(join(folder, 'left/tmp/half'), 'half');
    await serve('left');
    expect(await readdir(join(folder, 'left/tmp'))).toEqual([]);
  });

  it('is served from though files in it are damaged', async () => {
    for (const [place, text] of [
      ['versions/current', 'no line of metadata'],
      ['versions/move:x', 'nonsense\nnonsense'],
      ['runs/ledger.json', '{"number":'],
      ['bucket/uploads/%ZZ', 'of no key'],
    ] as const) {
      const path = join(folder, 'damaged', place);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, text);
    }
    const server = await serve('damaged');
    expect((await ask(server)).status).toBe(200);
    const uploads = await fetch(`${server.origin}/uploads`, { headers: authorization });
    expect([uploads.status, await uploads.text()]).toEqual([200, expect.not.stringContaining('ZZ')]);
  });

  const skipped = MAY_MOUNT ? '' : ' (skipped: nothing may be mounted here)';
  it.skipIf(!MAY_MOUNT)(`that is read-only is served from, and takes no uploads${skipped}`, async () => {
    mountSmall(join(folder, 'read-only'), 'size=16m');
    const before = await serve('read-only');
    expect((await put(before, 'a.csv', HISTORY)).status).toBe(202);
    const version = () => ask(before).then(async (answer) => (await answer.json()).artifact_version);
    const bundled = await version();
    await expect.poll(version, { timeout: 20_000 }).not.toBe(bundled);
    const published = await version();
    await before.kill();
    makeReadOnly(join(folder, 'read-only'));
    const server = await serve('read-only');
    expect((await (await ask(server)).json()).artifact_version).toBe(published);
    const refused = await put(server, 'b.csv', HISTORY);
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'storage_unavailable']);
    await server.stop();
    expect(errors(server)[0]).toMatch(/cannot be written: the file system is read-only: what is stored is/);
  });

  it.skipIf(!MAY_MOUNT)(`that is full is served from, and goes on when there is room${skipped}`, async () => {
    mountSmall(join(folder, 'full'), 'size=2m');
    const server = await serve('full');
    const large = new Uint8Array(4 << 20).fill(32);
    const refused = await put(server, 'large.csv', large);
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'storage_unavailable']);
    expect(await readdir(join(folder, 'full/tmp'))).toEqual([]);
    expect((await ask(server)).status).toBe(200);
    await writeFile(join(folder, 'full/other'), new Uint8Array(1 << 21)).catch(() => {});
    expect((await put(server, 'a.csv', HISTORY)).status).toBe(503);
    await server.kill();
    const again = await serve('full');
    expect((await ask(again)).status).toBe(200);
    await rm(join(folder, 'full/other'));
    expect((await put(again, 'a.csv', HISTORY)).status).toBe(202);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read is refused (skipped for root)', async () => {
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0);
    expect(await ended(serve('closed'))).toMatchObject({ code: 1 });
  });
});

it.each(['length', 'chunks'])(
  'a client that breaks off its body, sent with %s, is no fault of the service',
  async (sent) => {
    const server = await serve(`broken-off-${sent}`);
    const { port, hostname } = new URL(server.origin);
    const requests = ['POST /voucher', 'POST /vouchers', 'POST /hold', 'PUT /uploads/a.csv'];
    const body =
      sent === 'length' ? 'content-length: 100\r\n\r\n[1,' : 'transfer-encoding: chunked\r\n\r\n3\r\n[1,';
    for (const request of requests) {
      const head = `${request} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}`;
      connect(Number(port), hostname).end(`${head}\r\ncontent-type: application/json\r\n${body}`);
    }
    const lines = () =>
      server
        .output()
        .out.trim()
        .split('\n')
        .filter((line) => line !== '');
    await expect.poll(() => lines().length, { timeout: 20_000 }).toBe(requests.length);
    expect(new Set(lines().map((line) => `${JSON.parse(line)['error.code']}`))).toEqual(
      new Set(sent === 'length' ? ['malformed_json'] : ['malformed_json', 'length_required']),
    );
    expect(errors(server)).toEqual([]);
    expect(await readdir(join(folder, `broken-off-${sent}`, 'tmp'))).toEqual([]);
  },
);

describe('RATE_LIMIT', () => {
  it('limits an address, whatever it says it is', async () => {
    const server = await serve('limited', { RATE_LIMIT: '3/3600' });
    const answers = [];
    for (const claimed of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']) {
      answers.push((await ask(server, { 'cf-connecting-ip': claimed, 'x-forwarded-for': claimed })).status);
    }
    expect(answers).toEqual([200, 200, 200, 429]);
  });

  it('behind a proxy limits the address that the proxy added', async () => {
    const server = await serve('behind', { RATE_LIMIT: '1/3600', BEHIND_PROXY: 'true' });
    const from = async (forwarded: string) => (await ask(server, { 'x-forwarded-for': forwarded })).status;
    expect(await from('192.0.2.1')).toBe(200);
    expect(await from('192.0.2.2')).toBe(200);
    expect(await from('198.51.100.9, 192.0.2.2')).toBe(429);
  });
});
