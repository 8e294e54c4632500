import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { scoreCommand } from '../../../build/commands/score.ts';
import { threadsEngine } from '../../../build/engines/threads.ts';
import type { InputFile } from '../../../build/read/file.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import { RemoteFile } from '../../../build/read/remote/remote-file.ts';
import { cubeText } from '../../../src/core/cube/cube-json.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { FileServer } from '../../support/file-server.ts';
import { shippedConfig } from '../../support/histories.ts';
import { build, runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';

const folder = temporaryFolder();
const server = await FileServer.start();
const SAMPLE = readFileSync('build/sample/history.csv');
/** More than a connection holds in its buffers. */
const LARGE = randomBytes(8 << 20);

beforeEach(() => server.reset());

function put(path: string, content: Buffer): string {
  server.files.set(path, content);
  return server.url + path;
}

async function versionOf(inputs: readonly string[], ...options: string[]): Promise<string> {
  const args = inputs.flatMap((input) => ['--input', input]);
  const { code, out, err } = await build([...args, '--out', join(folder.path, 'out'), '--json', ...options]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out).version;
}

async function allOf(file: RemoteFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.bytes()) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a history behind an address', () => {
  it('gives the version of the same file on this machine, with every engine', async () => {
    const expected = await versionOf(['build/sample/history.csv']);
    const input = put('/history.csv', SAMPLE);
    expect(await versionOf([input])).toBe(expected);
    expect(await versionOf([input], '--engine', 'stream')).toBe(expected);
    expect(await versionOf([input], '--engine', 'duckdb').catch((error) => error.message)).toSatisfy(
      (found: string) => found === expected || found.includes('npm install'),
    );
  });

  it('is unpacked by what its first bytes are, whatever the header says of its encoding', async () => {
    const expected = await versionOf(['build/sample/history.csv']);
    const input = put('/history.csv.gz', gzipSync(SAMPLE));
    server.answer = (asked) => {
      server.send(asked, { 'content-encoding': 'gzip' });
      return true;
    };
    expect(await versionOf([input])).toBe(expected);
  });

  it('is counted in threads, in blocks of two requests: what it is, and its bytes', async () => {
    const input = put('/history.csv', SAMPLE);
    const config = shippedConfig();
    const engine = threadsEngine({ block: 65_536, threads: 2, worth: 0 });
    const count = async (inputs: InputFile[]) => {
      const job = { config, inputs, rejects: null, onProgress: () => {} };
      const { cube, sources } = await engine(job);
      return { cube: cubeText(cube), sha256: sources[0]?.sha256 };
    };
    const expected = await count(await expandInputs(['build/sample/history.csv']));
    const inputs = await expandInputs([input]);
    let requests = 0;
    server.answer = () => {
      requests++;
      return false;
    };
    expect(await count(inputs)).toEqual(expected);
    expect(requests).toBe(1);
  });

  it('has its name in the sources, without what signs the address', async () => {
    const input = `${put('/folder/a%20b.csv', SAMPLE)}?X-Amz-Signature=secret`;
    const { out, err } = await build(['--input', input, '--out', join(folder.path, 'out'), '--json']);
    expect(JSON.parse(out).sources[0].name).toBe('a b.csv');
    expect(out + err).not.toContain('secret');
  });

  it('is looked at by doctor', async () => {
    const { code, out } = await runCommand(doctor, ['--input', put('/history.csv', SAMPLE)]);
    expect(code).toBe(0);
    expect(out).toContain('rows');
  });

  it('is read again with --incremental only when its ETag changes', async () => {
    const input = put('/history.csv', SAMPLE);
    const options = ['--incremental', '--cache', join(folder.path, 'cache')];
    const version = await versionOf([`${input}?X-Amz-Signature=1`], ...options);
    server.sent = 0;
    expect(await versionOf([`${input}?X-Amz-Signature=2`], ...options)).toBe(version);
    expect(server.sent).toBeLessThan(10);
    expect(readFileSync(join(folder.path, 'cache/index.json'), 'utf8')).not.toContain('Signature');
    const longer = Buffer.concat([SAMPLE, Buffer.from('2018-07-21,Peru,2018-04-20,,3,1000\n')]);
    put('/history.csv', longer);
    expect(await versionOf([input], ...options)).toBe(
      await versionOf([folder.write('longer.csv', longer.toString())]),
    );
  });

  it('is refused in a row with what it is, where it is no history', async () => {
    const { code, err } = await build([
      '--input',
      put('/page.csv', Buffer.from('<!doctype html><p>Log in')),
      '--out',
      folder.path,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('/page.csv: expected CSV, JSON lines or Parquet, found HTML or XML');
  });
});

describe('a Parquet file behind an address', () => {
  const rows = 6_000;
  const values: Record<Field, string> = {
    timestamp: '2018-07-21',
    country_code: 'Peru',
    last_order_ts: '2018-04-20',
    first_order_ts: '2017-01-01',
    total_orders: '5',
    voucher_amount: '20',
  };
  const text = (data: string[]) => ({ type: 'BYTE_ARRAY', converted_type: 'UTF8', data }) as const;
  const columns = FIELDS.map((field) => [field, text(Array<string>(rows).fill(values[field]))]);
  const note = text(Array.from({ length: rows }, () => randomBytes(500).toString('hex')));
  const file = Buffer.from(
    parquetFile(rows, { ...Object.fromEntries(columns), note }, { rowGroupSize: 2_000 }),
  );

  it('is read by its column chunks, not as a whole', async () => {
    const expected = await versionOf([folder.write('local.parquet', file)]);
    expect(await versionOf([put('/history.parquet', file)])).toBe(expected);
    expect(file.length).toBeGreaterThan(5_000_000);
    // Its end has the metadata, and something of the column before it.
    expect(server.sent).toBeLessThan(700_000);
  });

  it('is read with --incremental only when its ETag changes', async () => {
    const input = put('/history.parquet', file);
    const options = ['--incremental', '--cache', join(folder.path, 'cache')];
    const version = await versionOf([input], ...options);
    server.sent = 0;
    expect(await versionOf([input], ...options)).toBe(version);
    expect(server.sent).toBe(1);
  });

  it.each([
    ['has no ranges', {}],
    ['has neither ranges nor ETags nor lengths', { etag: undefined, 'content-length': undefined }],
  ])('is fetched first from a server that %s', async (_, headers) => {
    const expected = await versionOf([folder.write('local.parquet', file)]);
    server.answer = (asked) => {
      delete asked.request.headers.range;
      server.send(asked, headers);
      return true;
    };
    expect(await versionOf([put('/history.parquet', file)])).toBe(expected);
  });
});

describe('RemoteFile', () => {
  it('reads a file from its start, from a place in it, and a part of it', async () => {
    const address = put('/large.bin', LARGE);
    const file = new RemoteFile(address);
    expect(await file.identify()).toMatchObject({ size: LARGE.length });
    expect((await allOf(file)).equals(LARGE)).toBe(true);
    expect((await file.read(5_000_000, LARGE.length))?.equals(LARGE.subarray(5_000_000))).toBe(true);
    expect((await file.read(1000, 2000))?.equals(LARGE.subarray(1000, 2000))).toBe(true);
    expect(await file.read(LARGE.length - 5, LARGE.length + 5)).toHaveLength(5);
  });
});

describe('customers behind an address', () => {
  it('are scored as those of a file', async () => {
    const customers = 'country_code,last_order_ts,total_orders\nPeru,2026-05-01,5\nChina,2026-04-01,12\n';
    const path = folder.write('customers.csv', customers);
    const results = [];
    for (const input of [path, put('/customers.csv', Buffer.from(customers))]) {
      const output = join(folder.path, 'vouchers.csv');
      const args = ['--input', input, '--output', output, '--as-of', '2026-07-01'];
      const { code, err } = await runCommand(scoreCommand, args);
      expect(code, err).toBe(0);
      results.push(readFileSync(output, 'utf8'));
    }
    expect(results[1]).toBe(results[0]);
    expect(results[0]?.split('\n')).toHaveLength(4);
  });
});
