import { statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clickhouse } from '../../build/engines/clickhouse.ts';
import { duckdb } from '../../build/engines/duckdb.ts';
import type { Engine } from '../../build/engines/engine.ts';
import { incremental } from '../../build/engines/incremental.ts';
import { stream } from '../../build/engines/stream.ts';
import { threadsEngine } from '../../build/engines/threads.ts';
import { csvFields } from '../../build/files/csv.ts';
import type { InputFile } from '../../build/read/file.ts';
import { expandInputs } from '../../build/read/inputs.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import { FileServer } from '../support/file-server.ts';
import { artifactOf, artifactOfCube, shippedConfig } from '../support/histories.ts';
import { ACCESS_KEY, ObjectStorage, SECRET_KEY } from '../support/object-storage.ts';
import { oddRows } from '../support/odd-rows.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { everyFeature } from './support/configs.ts';
import { duckdbMissing, isDuckdbInstalled } from './support/duckdb.ts';
import { isSame } from './support/exponents.ts';
import { isServerInstalled, type Server, serverMissing, startPair } from './support/server.ts';
import { fieldsOf, tabSeparated } from './support/tables.ts';

const folder = temporaryFolder();
const server = await FileServer.start();
const storage = await ObjectStorage.start();

/** One random history, without what files or old databases cannot carry: see build/engines/README.md. */
const rows = fc
  .sample(oddRows, 4_000)
  .filter((row) => isSame(row, 'clickhouse') && fieldsOf(row).every((field) => !field.includes('\0')));
const records = rows.map(fieldsOf);
const CSV = Buffer.from(`${FIELDS.join(',')}\n${records.map((fields) => `${csvFields(fields)}\n`).join('')}`);
const LINES = Buffer.from(
  records
    .map(
      (fields) => `${JSON.stringify(Object.fromEntries(FIELDS.map((field, at) => [field, fields[at]])))}\n`,
    )
    .join(''),
);
const PARQUET = Buffer.from(
  parquetWriteBuffer({
    columnData: FIELDS.map((name, at) => ({
      name,
      type: 'STRING',
      data: records.map((fields) => fields[at] ?? ''),
    })),
    rowGroupSize: 1_500,
  }),
);

const CONFIGS: [string, Config][] = [
  ['the shipped config', shippedConfig()],
  ['every feature, by day', everyFeature()],
];
const expected = await Promise.all(
  CONFIGS.map(async ([, config]) => (await artifactOf(rows, config)).version),
);

async function count(engine: Engine, inputs: readonly InputFile[], config: Config): Promise<Cube> {
  return (await engine({ config, inputs, rejects: null, onProgress() {} })).cube;
}

function input(name: string, content: Uint8Array): InputFile[] {
  const path = folder.write(name, content);
  return [{ path, name, size: statSync(path).size, named: true }];
}

const threads = threadsEngine({ block: 16_384, threads: 2, worth: 0 });
/** Half of the file is known before, and then all of it. */
const cached = (config: Config): Engine => {
  const engine = incremental(stream, {
    folder: join(folder.path, 'cache', config.period),
    // Files that have just been written look as if they had been long ago.
    clock: () => Date.now() + 60_000,
  });
  return async (job) => {
    await engine({ ...job, inputs: job.inputs.slice(0, 1) });
    await engine(job);
    return await engine(job);
  };
};
const halves = () => {
  const middle = records.length / 2;
  return [records.slice(0, middle), records.slice(middle)].flatMap((part, at) =>
    input(
      `half-${at}.csv`,
      Buffer.from(`${FIELDS.join(',')}\n${part.map((fields) => `${csvFields(fields)}\n`).join('')}`),
    ),
  );
};
const remote = async (path: string, content: Buffer) => {
  server.files.set(path, content);
  return await expandInputs([server.url + path]);
};
const onS3 = async (key: string, content: Buffer) => {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', storage.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCESS_KEY);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET_KEY);
  storage.objects.set(`history/${key}`, content);
  return await expandInputs([`s3://history/${key}`]);
};
afterAll(async () => {
  vi.unstubAllEnvs();
  await storage.stop();
});

/** Every way from the rows to their cube, but those of databases: dialects.test.ts has --cube. */
const FILES: [road: string, cube: (config: Config) => Promise<Cube>, isThere?: boolean][] = [
  ['stream', (config) => count(stream, input('a.csv', CSV), config)],
  ['stream, of gzip', (config) => count(stream, input('a.csv.gz', gzipSync(CSV)), config)],
  ['stream, of JSON lines', (config) => count(stream, input('a.ndjson', LINES), config)],
  ['stream, of Parquet', (config) => count(stream, input('a.parquet', PARQUET), config)],
  ['stream, over http', async (config) => count(stream, await remote('/a.csv', CSV), config)],
  [
    'stream, of Parquet over http',
    async (config) => count(stream, await remote('/a.parquet', PARQUET), config),
  ],
  ['stream, of Parquet on s3', async (config) => count(stream, await onS3('a.parquet', PARQUET), config)],
  ['threads', (config) => count(threads, input('a.csv', CSV), config)],
  ['threads, over http', async (config) => count(threads, await remote('/a.csv', CSV), config)],
  [
    `duckdb, of Parquet${duckdbMissing}`,
    (config) => count(duckdb, input('a.parquet', PARQUET), config),
    isDuckdbInstalled,
  ],
  ['the incremental cache', (config) => count(cached(config), halves(), config)],
];

describe('a random history has one version', () => {
  describe.each(FILES)('by %s', (_, cube, isThere = true) => {
    it.runIf(isThere).each(CONFIGS)('%s', async (name, config) => {
      const { version } = await artifactOfCube(await cube(config), config);
      expect(version).toBe(expected[CONFIGS.findIndex(([other]) => other === name)]);
    });
  });

  describe(`by a ClickHouse cluster of two shards${serverMissing}`, () => {
    let shards: Server[] = [];
    beforeAll(async () => {
      if (!isServerInstalled) return;
      shards = await startPair();
      const columns = FIELDS.map((field) => `${field} String`).join(', ');
      for (const [at, shard] of shards.entries()) {
        await shard.run(`CREATE TABLE own (${columns}) ENGINE = MergeTree ORDER BY tuple()`);
        await shard.run(
          'INSERT INTO own FORMAT TabSeparated',
          tabSeparated(records.filter((_, n) => n % 2 === at)),
        );
      }
      await shards[0]?.run('CREATE TABLE history AS own ENGINE = Distributed(pair, default, own)');
    });
    afterAll(async () => {
      for (const shard of shards) await shard.stop();
    });

    it.runIf(isServerInstalled).each(CONFIGS)('%s', async (name, config) => {
      const engine = clickhouse({ url: shards[0]?.url ?? '', name: 'history' });
      const { version } = await artifactOfCube(await count(engine, [], config), config);
      expect(version).toBe(expected[CONFIGS.findIndex(([other]) => other === name)]);
    });
  });
});
