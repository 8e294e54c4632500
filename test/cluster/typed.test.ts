import { statSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickhouse } from '../../build/engines/clickhouse.ts';
import { openDuckdb } from '../../build/engines/duckdb/database.ts';
import { duckdb } from '../../build/engines/duckdb.ts';
import type { Engine } from '../../build/engines/engine.ts';
import { readCubeFile } from '../../build/engines/sql/cube-file.ts';
import { DIALECTS } from '../../build/engines/sql/dialects.ts';
import { cubeSelect } from '../../build/engines/sql/select.ts';
import { stream } from '../../build/engines/stream.ts';
import { threadsEngine } from '../../build/engines/threads.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import { artifactOf, artifactOfCube, shippedConfig } from '../support/histories.ts';
import { runs } from '../support/runs.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { everyFeature } from './support/configs.ts';
import { duckdbMissing, isDuckdbInstalled } from './support/duckdb.ts';
import { isServerInstalled, type Server, serverMissing, startPair } from './support/server.ts';
import { fieldsOf, tabSeparated } from './support/tables.ts';
import { type TypedHistory, typedHistories } from './support/typed.ts';
import { duckdbWarehouse, type Warehouse } from './support/warehouse.ts';
import { PLACES } from './support/warehouses.ts';

const folder = temporaryFolder();
const CONFIGS = [shippedConfig(), everyFeature()];
let run = 0;

/** Whether a way to the cube gives random histories of typed columns the version that their rows have by core's rules. */
async function expectVersions(
  own: Parameters<typeof typedHistories>[0],
  cubesOf: (history: TypedHistory, config: Config) => Promise<Cube[]>,
  numRuns = runs(4),
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(typedHistories(own), fc.constantFrom(...CONFIGS), async (history, config) => {
      const { version } = await artifactOf(history.rows, config);
      for (const cube of await cubesOf(history, config)) {
        expect((await artifactOfCube(cube, config)).version, history.columns.join(', ')).toBe(version);
      }
    }),
    { numRuns },
  );
}

async function count(engine: Engine, path: string, config: Config): Promise<Cube> {
  const inputs = path === '' ? [] : [{ path, name: 'typed.parquet', size: statSync(path).size, named: true }];
  return (await engine({ config, inputs, rejects: null, onProgress() {} })).cube;
}

describe('a random history whose columns are typed has the version of its text', () => {
  describe.each(PLACES)('by --cube from $title', ({ dialect: name, own, isThere, open }) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      if (isThere) warehouse = await open();
    });
    afterAll(async () => await warehouse?.close());

    it.runIf(isThere)('whatever the types are', async () => {
      const cubesOf = async ({ rows, columns }: TypedHistory, config: Config) => {
        const texts = await warehouse.put(FIELDS, rows.map(fieldsOf));
        await warehouse.run(`CREATE VIEW ${texts}_typed AS SELECT ${columns.join(', ')} FROM ${texts}`);
        const select = cubeSelect({ config, dialect: DIALECTS[name], from: `${texts}_typed` });
        const path = folder.write(`${name}-${run++}.csv`, await warehouse.csv(select));
        return [(await readCubeFile(path, config)).cube];
      };
      // Another dialect's SELECT is run by DuckDB as well.
      await expectVersions(own, cubesOf, name === own ? undefined : runs(2));
    });
  });

  it.runIf(isDuckdbInstalled)(`by stream, threads and duckdb from Parquet${duckdbMissing}`, async () => {
    const threads = threadsEngine({ block: 16_384, threads: 2, worth: 0 });
    const warehouse = duckdbWarehouse(await openDuckdb());
    await expectVersions('duckdb', async ({ rows, columns }, config) => {
      const texts = await warehouse.put(FIELDS, rows.map(fieldsOf));
      const path = `${folder.path}/${texts}.parquet`;
      await warehouse.run(`COPY (SELECT ${columns.join(', ')} FROM ${texts}) TO '${path}'`);
      return await Promise.all([stream, threads, duckdb].map((engine) => count(engine, path, config)));
    });
    await warehouse.close();
  });

  describe(`by a ClickHouse cluster of two shards${serverMissing}`, () => {
    let shards: Server[] = [];
    beforeAll(async () => {
      if (!isServerInstalled) return;
      shards = await startPair();
    });
    afterAll(async () => {
      for (const shard of shards) await shard.stop();
    });

    it.runIf(isServerInstalled)('whatever the types are', async () => {
      const strings = FIELDS.map((field) => `${field} String`).join(', ');
      await expectVersions('clickhouse', async ({ rows, columns }, config) => {
        const name = `typed_${run++}`;
        for (const [at, shard] of shards.entries()) {
          await shard.run(`CREATE TABLE ${name}_texts (${strings}) ENGINE = Memory`);
          const part = rows.filter((_, n) => n % 2 === at).map(fieldsOf);
          await shard.run(`INSERT INTO ${name}_texts FORMAT TabSeparated`, tabSeparated(part));
          await shard.run(
            `CREATE TABLE ${name}_own ENGINE = MergeTree ORDER BY tuple() AS SELECT ${columns.join(', ')} FROM ${name}_texts`,
          );
        }
        await shards[0]?.run(
          `CREATE TABLE ${name} AS ${name}_own ENGINE = Distributed(pair, default, ${name}_own)`,
        );
        return [await count(clickhouse({ url: shards[0]?.url ?? '', name }), '', config)];
      });
    });
  });
});
