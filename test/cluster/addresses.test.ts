import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/core/config/config.ts';
import { artifactOf, rawRow } from '../support/histories.ts';
import { type Outcome, spawnBuild } from '../unit/support/command.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { chdbMissing, isChdbInstalled } from './support/chdb.ts';
import { ACCESS_KEY, ObjectStorage, SECRET_KEY } from './support/s3.ts';

const folder = temporaryFolder();
const HEADER = FIELDS.join(',');
const ROWS = [
  ['2018-07-21', 'Peru', '2018-06-20', '2018-01-01', '15', '2640'],
  ['2018-07-21', 'Latvia', '2018-06-20', '', '', '7.5'],
  ['2018-07-21', 'Latvia', '2018-07-22', '', '1', '7.5'],
];
const csv = (rows: readonly string[][]) =>
  Buffer.from(`${[HEADER, ...rows.map((row) => row.join(','))].join('\n')}\n`);
const parquet = (rows: readonly string[][]) =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: FIELDS.map((name, at) => ({
        name,
        type: 'STRING',
        data: rows.map((row) => row[at] ?? ''),
      })),
    }),
  );

const AWS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'];
let outs = 0;

/** Builds in a process of its own: ClickHouse reads the environment once, when it starts. */
function read(input: string, ...more: string[]): Promise<Outcome> {
  const out = join(folder.path, `out-${outs++}`);
  return spawnBuild(['--engine', 'clickhouse', '--input', input, '--out', out, '--json', ...more]).done;
}

async function expectRows(input: string, rows: readonly string[][]): Promise<void> {
  const { code, out, err } = await read(input);
  expect(code, err).toBe(0);
  const { version, table } = await artifactOf(rows.map(rawRow));
  const { quality } = table;
  expect(JSON.parse(out)).toMatchObject({ version, quality });
}

describe.runIf(isChdbInstalled)(`s3 addresses${chdbMissing}`, () => {
  let storage: ObjectStorage;
  beforeAll(async () => {
    storage = await ObjectStorage.start();
    storage.objects.set('history/one.csv', csv(ROWS));
    storage.objects.set('history/one.parquet', parquet(ROWS));
    storage.objects.set('history/2018/a.csv', csv(ROWS));
    storage.objects.set('history/2018/b.csv', csv(ROWS.slice(0, 1)));
    storage.objects.set('history/2018/c.txt.old', Buffer.from('something else'));
    storage.objects.set('public/one.csv', csv(ROWS));
  });
  afterAll(() => storage?.stop());
  beforeEach(() => {
    process.env.AWS_ENDPOINT_URL = storage.url;
    process.env.AWS_ACCESS_KEY_ID = ACCESS_KEY;
    process.env.AWS_SECRET_ACCESS_KEY = SECRET_KEY;
  });
  afterEach(() => {
    for (const name of AWS) delete process.env[name];
  });

  it.each(['s3://history/one.csv', 's3://history/one.parquet'])('reads %s', async (address) => {
    await expectRows(address, ROWS);
  });

  it('reads the files that match a glob, each with its header', async () => {
    await expectRows('s3://history/2018/*.csv', [...ROWS, ...ROWS.slice(0, 1)]);
    const { out } = await read('s3://history/2018/*.csv');
    expect(JSON.parse(out).sources).toMatchObject([
      { name: 's3://history/2018/a.csv', rows: 3 },
      { name: 's3://history/2018/b.csv', rows: 1 },
    ]);
  });

  it('reads what anyone may read without keys', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await expectRows('s3://public/one.csv', ROWS);
  });

  it('prints no keys with --explain', async () => {
    const { code, out } = await read('s3://history/one.csv', '--explain');
    expect([code, out]).toEqual([0, expect.stringContaining(`s3('${storage.url}/history/one.csv'`)]);
    expect(out).not.toContain(SECRET_KEY);
    expect(out).not.toContain(ACCESS_KEY);
  });

  it.each([
    ['a missing file', 's3://history/two.csv', /two\.csv: there is no such bucket or file/],
    ['a missing bucket', 's3://nowhere/one.csv', /one\.csv: there is no such bucket/],
    ['a bucket of a glob that is missing', 's3://nowhere/*.csv', /\*\.csv: there is no such bucket/],
    ['a glob that nothing matches', 's3://history/2019/*.csv', /expected files that match, found none/],
  ])('says in a sentence: %s', async (_, address, sentence) => {
    const { code, err } = await read(address);
    expect([code, err]).toEqual([1, expect.stringMatching(/^error: .*\n$/)]);
    expect(err).toMatch(sentence);
  });

  it.each(['s3://history/one.csv', 's3://history/2018/*.csv'])(
    'says in a sentence that the keys are wrong, and not which: %s',
    async (address) => {
      process.env.AWS_SECRET_ACCESS_KEY = 'another secret';
      const { code, err } = await read(address);
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/^error: .*the storage refuses: set AWS_ACC.*\n$/),
      ]);
      expect(err).not.toMatch(/another secret|AKIA/);
    },
  );

  it('says in a sentence that nothing answers', async () => {
    process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:9';
    const { code, err } = await read('s3://history/one.csv');
    expect([code, err]).toEqual([1, expect.stringMatching(/^error: .*nothing answers there.*\n$/)]);
  });
});

describe.runIf(isChdbInstalled)(`web addresses${chdbMissing}`, () => {
  let server: Server;
  let base = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      const body = csv(ROWS);
      if (path === '/moved.csv') response.writeHead(302, { location: '/here.csv' }).end();
      else if (path === '/circle.csv') response.writeHead(302, { location: '/circle.csv' }).end();
      else if (path === '/here.csv') {
        response.writeHead(200, { 'content-length': body.length });
        response.end(request.method === 'HEAD' ? undefined : body);
      } else if (path === '/cut.csv') {
        response.writeHead(200, { 'content-length': body.length * 9 });
        if (request.method === 'HEAD') response.end();
        else response.write(body, () => response.destroy());
      } else response.writeHead(path === '/closed.csv' ? 403 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('follows a redirect, for what is dropped as well', async () => {
    await expectRows(`${base}/moved.csv`, ROWS);
    const rejects = join(folder.path, 'rejects.csv');
    expect(await read(`${base}/moved.csv`, '--rejects', rejects)).toMatchObject({ code: 0 });
    expect(readFileSync(rejects, 'utf8')).toContain('negative_days_between_orders');
  });

  it.each([
    ['nothing there', '/missing.csv', /there is no such file \(HTTP 404\)/],
    ['no right to read', '/closed.csv', /it may not be read/],
    ['redirects in a circle', '/circle.csv', /redirects in a circle, or too often/],
    ['a body that is cut', '/cut.csv', /its server stopped in the middle of it, so nothing is counted/],
  ])('says in a sentence: %s', async (_, path, sentence) => {
    const { code, out, err } = await read(`${base}${path}?signature=secret`);
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^error: .*\n$/)]);
    expect(err).toMatch(sentence);
    expect(err).not.toContain('signature');
  });
});
