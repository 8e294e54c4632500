import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { REQUEST } from '../support/artifacts.ts';
import { execFileSync, spawnSync } from '../support/children.ts';
import { type Clone, freshClone, startServer } from '../support/clone.ts';
import { LIFECYCLE_TOKEN as TOKEN } from '../support/lifecycle-suite.ts';
import { listen } from '../support/listen.ts';
import { startService } from './support.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const deployed = (name: string) => readFileSync(path(`build/deploy/${name}`), 'utf8');
const DENO = path('node_modules/deno/deno');

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-deploy-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const voucher = (origin: string, headers = {}) =>
  fetch(`${origin}/voucher`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(REQUEST),
  });

async function expectToServe(origin: string): Promise<void> {
  const page = await fetch(`${origin}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  await page.body?.cancel();
  expect((await voucher(origin)).status).toBe(200);
  // The statistics are a file of their own.
  const segments = await fetch(`${origin}/artifact/segments`);
  expect(segments.status).toBe(200);
  await segments.body?.cancel();
}

const DOCKERFILE = deployed('Dockerfile');
/** What makes the folder of the server, wherever that is done. The packages are there already, as `npm ci` would put them. */
const BUILD = [...DOCKERFILE.matchAll(/^RUN (npm run .*)$/gm)].map(([, step = '']) => step);

let clone: Clone;
beforeAll(() => {
  clone = freshClone();
  for (const step of BUILD) execFileSync('sh', ['-c', step], { cwd: clone.path, stdio: 'pipe' });
});
afterAll(() => clone.remove());

describe('the Dockerfile', () => {
  it('makes an image that serves: its steps are done one by one, in folders', async () => {
    const image = join(folder, 'image');
    let work = '';
    let stage = '';
    const env: Record<string, string> = {};
    let command: string[] = [];
    /** A path of the image, in the folder of its stage. */
    const inside = (place: string) => (stage === 'build' ? clone.path : join(image, place));
    for (const line of DOCKERFILE.split('\n')) {
      const [, step = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      if (step === 'FROM') stage = / AS (\w+)$/.exec(rest)?.[1] ?? '';
      else if (step === 'WORKDIR') work = rest;
      else if (step === 'COPY') {
        const [, from, to = ''] = /^--from=build \/app\/(\S+) (\S+)$/.exec(rest) ?? [];
        // The clone is what is copied from the context.
        if (from === undefined) expect([stage, rest]).toEqual(['build', '. .']);
        else cpSync(join(clone.path, from), join(inside(work), to), { recursive: true });
      } else if (step === 'RUN' && stage === 'build') {
        expect(['npm ci', ...BUILD]).toContain(rest);
      } else if (step === 'RUN') mkdirSync(inside('/data'), { recursive: true });
      else if (step === 'ENV')
        Object.assign(env, Object.fromEntries(rest.split(' ').map((pair) => pair.split('='))));
      else if (step === 'CMD') command = JSON.parse(rest);
    }
    const placed = (text: string) => text.replace('/data', inside('/data'));
    const args = command.map(placed);
    const server = await startServer([DENO, ...args], inside(work), {
      ...env,
      DATA: placed(env.DATA ?? ''),
      PORT: '0',
      HOST: '127.0.0.1',
    });
    try {
      await expectToServe(server.origin);
      expect(existsSync(join(inside('/data'), 'tmp'))).toBe(true);
    } finally {
      await server.stop();
    }
  });

  it('leaves out of its context what git leaves out', () => {
    const ignored = deployed('Dockerfile.dockerignore').trim().split('\n');
    for (const name of ['node_modules', '.data', '.wrangler', '.git']) expect(ignored).toContain(name);
  });
});

const noSystemd = spawnSync('systemd-analyze', ['--version']).status !== 0;

describe('the unit of systemd', () => {
  const root = join(folder, 'unit');
  const unit = deployed('voucher-edge.service')
    .replace('/usr/local/bin/deno', DENO)
    .replaceAll('/var/lib/voucher-edge', join(root, 'data'))
    .replaceAll('/opt/voucher-edge', root);

  it.skipIf(noSystemd)(
    `is one that systemd takes${noSystemd ? ' (skipped: there is no systemd-analyze)' : ''}`,
    () => {
      const file = join(folder, 'voucher-edge.service');
      writeFileSync(file, unit);
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', file]);
      expect([status, stderr.split('\n').filter((line) => line.includes('voucher-edge'))]).toEqual([0, []]);
    },
  );

  it('starts the server', async () => {
    cpSync(join(clone.path, '.server'), root, { recursive: true });
    const line = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
    const pairs = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, pair = '']) => pair.split(' '));
    const env = Object.fromEntries(pairs.map((pair) => pair.split('=')));
    const server = await startServer(line, dirname(root), { ...env, DENO_DIR: undefined, PORT: '0' });
    try {
      await expectToServe(server.origin);
    } finally {
      await server.stop();
      rmSync(root, { recursive: true });
    }
  });
});

/** Has a proxy that is told where the server is serve it, and asks through the proxy. @param start returns the proxy */
async function expectBehind(
  name: string,
  start: (origin: string, port: number) => ChildProcess,
): Promise<void> {
  const DATA = join(folder, `behind-${name}`);
  const server = await startService({
    permissions: [`--allow-write=${DATA}`],
    env: { DATA, ADMIN_TOKEN: TOKEN, RATE_LIMIT: '3/3600', BEHIND_PROXY: 'true' },
  });
  const port = await freePort();
  const proxy = start(server.origin, port);
  const origin = `http://127.0.0.1:${port}`;
  try {
    const health = () =>
      fetch(`${origin}/health`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(health, { timeout: 20_000 }).toBe(200);
    await expectToServe(origin);
    const large = `timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n${'2018-07-21,Peru,2018-04-20,2017-01-01,1,4400\n'.repeat(100_000)}`;
    const upload = await fetch(`${origin}/uploads/large.csv`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: large,
    });
    expect([upload.status, await upload.json()]).toEqual([
      202,
      expect.objectContaining({ size: large.length }),
    ]);
    const statuses: number[] = [];
    for (let count = 0; count < 2; count++) {
      statuses.push((await voucher(origin, { 'x-forwarded-for': `192.0.2.${count}` })).status);
    }
    expect(statuses).toEqual([200, 429]);
  } finally {
    proxy.kill('SIGTERM');
    await server.kill();
  }
}

const WHAT = 'serves vouchers, takes uploads, and limits the addresses of clients';

const noNginx = spawnSync('nginx', ['-v']).status !== 0;

describe.skipIf(noNginx)(`behind nginx${noNginx ? ' (skipped: it is not installed)' : ''}`, () => {
  it(WHAT, () =>
    expectBehind('nginx', (origin, port) => {
      const location = deployed('nginx.conf').replace('http://127.0.0.1:8787', origin);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${folder}/${kind};`,
      );
      writeFileSync(
        join(folder, 'nginx.conf'),
        `daemon off; pid ${folder}/pid; error_log ${folder}/errors;
      events {}
      http { access_log off; ${temporary.join(' ')} server { listen 127.0.0.1:${port}; ${location} } }`,
      );
      const args = ['-e', join(folder, 'errors'), '-c', join(folder, 'nginx.conf')];
      return spawn('nginx', args, { stdio: 'ignore' });
    }),
  );
});

const noCaddy = spawnSync('caddy', ['version']).status !== 0;

describe.skipIf(noCaddy)(`behind Caddy${noCaddy ? ' (skipped: it is not installed)' : ''}`, () => {
  it(WHAT, () =>
    expectBehind('Caddy', (origin, port) => {
      const site = deployed('Caddyfile')
        .replace('vouchers.example.com', `http://127.0.0.1:${port}`)
        .replace('127.0.0.1:8787', new URL(origin).host);
      writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n}\n${site}`);
      const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
      return spawn('caddy', args, { stdio: 'ignore', env: { ...process.env, HOME: folder } });
    }),
  );
});

it('the binary that deno compile makes as the docs say serves (needs the network: Deno downloads its run-time)', async (context) => {
  const root = join(folder, 'compiled');
  cpSync(join(clone.path, '.server'), root, { recursive: true });
  const [, line = ''] = /`deno (compile [^`]*)`/.exec(deployed('README.md')) ?? [];
  const compiled = spawnSync(DENO, line.split(' '), { cwd: root, timeout: 60_000 });
  if (compiled.status !== 0) {
    // Anything but a download that failed is a mistake in the docs.
    expect(compiled.stderr).toMatch(/dns error|download|error sending request|connect|timed out/i);
    return context.skip(`Deno could not download its run-time: ${compiled.stderr.slice(0, 200)}`);
  }
  const server = await startServer([join(root, 'voucher-edge')], folder, { DENO_DIR: undefined, PORT: '0' });
  try {
    await expectToServe(server.origin);
  } finally {
    await server.stop();
  }
});

/** What Deno Deploy does with the settings that build/deploy/README.md names, as its documentation has it. */
const ENTRYPOINT = '.server/bin/server.js';
const revision = join(folder, 'revision');

/** Starts a revision where the platform wants it: it sets the address, and all permissions are given. */
async function startRevision(env: Record<string, string>) {
  const port = await freePort();
  const child = spawn(DENO, ['run', '--allow-all', ENTRYPOINT], {
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

it('a revision of Deno Deploy answers its warm-up and vouchers, from the artifact at a URL, and ends by itself', async () => {
  // With the settings that build/deploy/README.md names.
  expect(deployed('README.md')).toContain(`| \`${BUILD.join(' && ')}\` |`);
  cpSync(join(clone.path, '.server'), join(revision, '.server'), { recursive: true });
  const table = readFileSync(path('artifacts/current.json'));
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
