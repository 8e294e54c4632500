import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { executeGroup } from '../../build/cli/group.ts';
import { artifactCommands } from '../../build/commands/artifact.ts';
import { writeArtifact } from '../../build/files/artifact-files.ts';
import { openKv } from '../../build/kv/kv.ts';
import { tools } from '../../build/kv/tools.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { keptTerminal } from '../unit/support/terminal.ts';
import { type DenoServer, startService } from './support.ts';

const TOKEN = 'let-me-in';
const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-uploads-'));
let server: DenoServer;

beforeAll(async () => {
  const DATA = join(folder, 'data');
  server = await startService({
    permissions: [`--allow-write=${DATA}`],
    env: { DATA, ADMIN_TOKEN: TOKEN, REFRESH_SECONDS: '0' },
  });
  vi.stubEnv('ADMIN_TOKEN', TOKEN);
  vi.stubEnv('VOUCHER_EDGE_URL', server.origin);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.stubEnv('ADMIN_TOKEN', TOKEN);
  vi.stubEnv('VOUCHER_EDGE_URL', server.origin);
});

async function uploads(...args: string[]) {
  const terminal = keptTerminal();
  const noKv = () => Promise.reject(new Error('uploads are asked of the deployment alone'));
  const code = await executeGroup(artifactCommands(tools(noKv)), ['uploads', ...args], terminal);
  return { code, ...terminal.text };
}

async function fileOf(name: string, rows: string): Promise<string> {
  const path = join(folder, name);
  const header = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n';
  await writeFile(path, header + rows);
  return path;
}

const row = (day: number, amount: number, time = '2018-07-') =>
  `${time}${String((day % 28) + 1).padStart(2, '0')},Peru,2018-04-20,2017-01-01,${day},${amount}\n`;
const rows = (from: number, amount = 4400, time?: string) =>
  Array.from({ length: 60 }, (_, index) => row(from + index, amount, time)).join('');
const ready = async () => (await fetch(`${server.origin}/ready`)).json();

/** What GET /runs lists of a run. */
const RUN = {
  id: 'run-00000001-00000000',
  because: [],
  force: false,
  by: [],
  finished_at: null,
  counts: null,
  quarantined: [],
  looked_at: [],
  version: null,
  warnings: [],
  reasons: [],
};

describe('uploads, from the command line to a deployment', () => {
  it('are listed as none, while the deployment answers from its bundled version', async () => {
    expect(await uploads('list')).toMatchObject({ code: 0, out: 'Nothing is uploaded yet.\n' });
    expect(await ready()).toMatchObject({ origin: 'bundled', history_source: null, hold: null });
  });

  it('join, and the deployment says that its history comes from uploads', async () => {
    const put = await uploads('put', await fileOf('good.csv', rows(0)), '--reason', 'July');
    expect(put).toMatchObject({
      code: 0,
      err: '',
      out: 'good.csv: its rows are in the history; 60 of 60 rows kept (100.0%), 2018-07-01 to 2018-07-28\n',
    });
    await vi.waitFor(async () => expect(await ready()).toMatchObject({ history_source: 'uploads' }), 10_000);
  });

  it('join while a version is held: nothing is published, which is said with the reason of the hold, and exit code 1', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const move = async (path: string, body: object) =>
      fetch(server.origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await move('/hold', { reason: 'until Friday' })).status).toBe(200);
    const put = await uploads('put', await fileOf('later.csv', rows(100)));
    expect(put).toMatchObject({ code: 1, err: '' });
    expect(put.out).toMatch(/^later.csv: its rows are in the history; 60 of 60 rows kept/);
    expect(put.out).toMatch(
      /^ {2}Nothing is published: \w{16} is held since \S+ by admin \(until Friday\): release it first/m,
    );
    expect((await uploads('delete', 'later.csv')).code).toBe(0);
    expect((await move('/release', {})).status).toBe(200);
    const isOver = ({ state }: { state: string }) => state !== 'waiting' && state !== 'running';
    const runs = async () => (await (await fetch(`${server.origin}/runs`, { headers })).json()).runs;
    await expect.poll(async () => (await runs()).every(isOver), { timeout: 20_000 }).toBe(true);
  });

  it('are set aside with the reason and what to do, and exit code 1', async () => {
    const wrong = await fileOf('wrong.csv', rows(100, 4400, 'soon '));
    const put = await uploads('put', wrong, '--name', 'renamed.csv');
    expect(put).toMatchObject({ code: 1, err: '' });
    expect(put.out).toMatch(/^renamed.csv: set aside, its rows join nothing; 0 of 60 rows kept/);
    expect(put.out).toMatch(/\n {2}None of its 60 rows can be kept/);
    expect(put.out).toContain(
      'Accept it with: npm run artifact -- uploads accept renamed.csv, or delete it.',
    );
    const list = await uploads('list');
    expect(list.out).toMatch(/good.csv +joined +60 +- +2018-07-01 +2018-07-28/);
    expect(list.out).toMatch(/renamed.csv +set aside +0 +- +- +-/);
  });

  it('are looked at again, deleted and no longer there', async () => {
    expect(await uploads('retry', 'renamed.csv')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^run-\S+: refused\n {2}renamed.csv is set aside/),
    });
    expect(await uploads('delete', 'renamed.csv')).toMatchObject({
      code: 0,
      out: 'renamed.csv is deleted.\n',
    });
    expect(await uploads('accept', 'renamed.csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no upload named renamed.csv'),
    });
    expect(JSON.parse((await uploads('list', '--json')).out).uploads).toMatchObject([{ name: 'good.csv' }]);
  });

  it('join past the guards when they are accepted', async () => {
    const dear = await fileOf('dear.csv', rows(0, 90_000, '2018-08-'));
    const put = await uploads('put', dear);
    expect(put).toMatchObject({ code: 1, out: expect.stringContaining('guards.') });
    // What accepting it would change is said before it is done.
    const preview = [
      'Of the answers of POST /voucher ',
      'The largest change: Peru, ',
      'The spend with detailed_segment, if each row of the history were asked for once: Peru ',
    ];
    const list = await uploads('list');
    for (const words of preview) {
      expect(put.out).toContain(words);
      expect(list.out).toContain(words);
    }
    expect(await uploads('accept', 'dear.csv')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^run-\S+: published\n {2}overruled: largest_amount_change: /),
    });
    expect((await uploads('list')).out).toMatch(/dear.csv +accepted +60/);
    expect(await uploads('accept', 'dear.csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('dear.csv is not set aside: it is accepted.'),
    });
  });

  it('end at once where their run is refused, with its reason, and exit code 1', async () => {
    const terminal = keptTerminal();
    const cube = cubeOf([rawRow(['2018-07-21', 'Peru', '2018-06-20', '2018-01-01', '14', '10'])]);
    const sources = [{ name: 'desk.csv', sha256: 'c'.repeat(64), rows: 1 }];
    const publish = [
      'publish',
      await writeArtifact(folder, await assembleArtifact(cube, sources, shippedConfig())),
      '--data',
      join(folder, 'data'),
      '--force',
      '--reason',
      'A test',
    ];
    const code = await executeGroup(artifactCommands(tools(openKv)), publish, terminal);
    expect({ code, ...terminal.text }).toMatchObject({ code: 0 });
    const path = await fileOf('late.csv', rows(300));
    expect(await uploads('put', path)).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^late\.csv is uploaded, but its run was refused before the file joined the history \(\S+\):\n {2}what is live was published from the command line/,
      ),
    });
    const { out } = await uploads('list');
    expect(out).toMatch(/late\.csv +refused +-/);
    expect(out).toMatch(
      /\nlate\.csv is uploaded, but its run was refused before .*\n {2}what is live was published/,
    );
    const asJson = await uploads('put', await fileOf('later.csv', rows(400)), '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({ found: null, run: { state: 'refused' } });
  });
});

describe('a command that cannot reach a deployment says what to do', () => {
  it.each([
    ['no URL', ['list', '--url', 'voucher'], 2, 'expected a URL such as https://'],
    ['nothing there', ['list', '--url', 'http://127.0.0.1:9'], 1, 'does not answer'],
    ['no file', ['put', 'no-such.csv'], 1, 'no-such.csv: '],
    ['a folder', ['put', 'src'], 1, 'src: only a file can be uploaded'],
    ['odd seconds', ['put', 'no-such.csv', '--wait', 'soon'], 2, '--wait'],
    ['a name that no upload may have', ['delete', '../x'], 1, 'expected a name of 1 to 128'],
    ['an unknown command', ['push'], 2, 'there is no command "push"; did you mean put?'],
  ])('%s', async (_, args, code, sentence) => {
    expect(await uploads(...args)).toMatchObject({ code, err: expect.stringContaining(sentence) });
  });

  const UPLOADED = { name: 'good.csv', size: 1, etag: 'tag' };
  const NEW = {
    ...UPLOADED,
    uploaded_at: '2026-07-01T00:00:00Z',
    by: null,
    reason: null,
    state: 'new',
    reasons: [] as string[],
    changes: null,
    rows_read: null,
    rows_kept: null,
    first_timestamp: null,
    last_timestamp: null,
    run: null,
  };

  /** Puts a file to a deployment. @param get what it answers to GET of a path */
  async function putTo(get: (path: string) => object, seconds: string) {
    const server = createServer((request, response) => {
      request.resume().once('end', () => {
        response.setHeader('content-type', 'application/json');
        const answer = request.method === 'PUT' ? UPLOADED : get(request.url ?? '');
        response.end(JSON.stringify(answer));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    vi.stubEnv('VOUCHER_EDGE_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const put = await uploads('put', await fileOf('good.csv', rows(0)), '--wait', seconds);
    server.close();
    return put;
  }

  it('a file whose run sets it aside just when it is asked for', async () => {
    const run = { ...RUN, started_at: '2026-07-01T00:00:01Z' };
    let hasEnded = false;
    const get = (path: string) => {
      if (path === '/runs') return { runs: [{ ...run, state: hasEnded ? 'refused' : 'running' }] };
      const file = hasEnded ? { ...NEW, state: 'set_aside', reasons: ['no'] } : NEW;
      hasEnded = true;
      return { uploads: [file] };
    };
    expect(await putTo(get, '9')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^good\.csv: set aside, its rows join nothing\n {2}no\n/),
    });
  });

  it('a file that no run looks at in time', async () => {
    const get = (path: string) => (path === '/runs' ? { runs: [] } : { uploads: [NEW] });
    const [waited, not] = [await putTo(get, '1'), await putTo(get, '0')];
    expect(waited).toMatchObject({
      code: 1,
      out: expect.stringContaining(
        'no run has looked at it within 1 s. GET /runs shows what is under way; DELETE /runs/ID',
      ),
    });
    expect(not).toMatchObject({
      code: 0,
      out: expect.stringContaining('no run has looked at it yet. See: '),
    });
  });

  it('a token that is not its token', async () => {
    vi.stubEnv('ADMIN_TOKEN', 'wrong');
    expect(await uploads('list')).toMatchObject({
      code: 1,
      err: expect.stringContaining('The token is not an admin token of this deployment. (unauthorized)'),
    });
  });

  it('no token', async () => {
    vi.stubEnv('ADMIN_TOKEN', '');
    expect(await uploads('list', '--url', 'https://voucher-edge.example.com')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Set ADMIN_TOKEN to an admin token of https://voucher-edge.example.com'),
    });
  });
});
