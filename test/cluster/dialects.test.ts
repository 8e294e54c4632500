import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCubeFile } from '../../build/engines/sql/cube-file.ts';
import { DIALECTS } from '../../build/engines/sql/dialects.ts';
import { cubeSelect } from '../../build/engines/sql/select.ts';
import { tableName } from '../../build/engines/sql/table-name.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { artifactOfCube, cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { numberTexts, oddRows, timeTexts } from '../support/odd-rows.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { everyFeature } from './support/configs.ts';
import { isSame } from './support/exponents.ts';
import { factsOf } from './support/facts.ts';
import { fieldsOf } from './support/tables.ts';
import type { Warehouse } from './support/warehouse.ts';
import { PLACES } from './support/warehouses.ts';

const rowsOf = (count: number, name: string) => fc.sample(oddRows, count).filter((row) => isSame(row, name));

const golden = JSON.parse(readFileSync(new URL('../golden/meanings.json', import.meta.url), 'utf8'));
const folder = temporaryFolder();
let results = 0;

describe.each(PLACES)('the SELECT of a cube, run by $title', ({ dialect: name, isThere, open }) => {
  const dialect = DIALECTS[name];
  let warehouse: Warehouse;
  beforeAll(async () => {
    if (isThere) warehouse = await open();
  });
  afterAll(async () => await warehouse?.close());

  /** The cube that --cube reads from what the SELECT gives for a table. */
  async function cubeOfTable(table: string, config: Config) {
    const select = cubeSelect({ config, dialect, from: tableName(table, dialect) });
    const path = folder.write(`result-${results++}.csv`, await warehouse.csv(select));
    return await readCubeFile(path, config);
  }

  /** @returns the cube, and that of core */
  async function expectSameCube(rows: readonly RawRow[], config: Config): Promise<[Cube, Cube]> {
    const columns = FIELDS.map((field) => config.columns[field]);
    const table = await warehouse.put(columns, rows.map(fieldsOf));
    const { cube, source } = await cubeOfTable(table, config);
    const expected = cubeOf(rows, config);
    expect(factsOf(cube)).toEqual(factsOf(expected));
    expect(source.rows).toBe(rows.length);
    return [cube, expected];
  }

  it.runIf(isThere).each([
    ['the shipped config', shippedConfig()],
    ['weeks', shippedConfig({ period: 'week' })],
    ['every feature, by day', everyFeature()],
  ])('is the cube of random rows, and gives their version: %s', async (_, config) => {
    const cubes = await expectSameCube(rowsOf(1_500, name), config);
    const [version, expected] = await Promise.all(cubes.map((cube) => artifactOfCube(cube, config)));
    expect(version?.version).toBe(expected?.version);
  });

  it.runIf(isThere)('reads every time and whole number as core does', async () => {
    const config = everyFeature();
    const times = [
      ...golden.times.valid.map(({ text }: { text: string }) => text),
      ...golden.times.invalid,
      ...fc.sample(timeTexts, 1_500),
    ];
    // A row for each: all of them counted, each in a country of its own, so that no two are mistaken for each other.
    const ofTimes = times.map((text, at) => rawRow([text, `c${at}`, '0000-01-01', '', '1', '5']));
    const numbers = [
      ...golden.whole_numbers.valid.map(({ text }: { text: string }) => text),
      ...golden.whole_numbers.invalid,
      ...fc.sample(numberTexts, 1_500),
    ];
    const ofNumbers = numbers.map((text, at) =>
      rawRow(['2018-07-21', `n${at}`, '2018-06-20', '', text, text]),
    );
    await expectSameCube(
      [...ofTimes, ...ofNumbers].filter((row) => !row.total_orders.includes('\0') && isSame(row, name)),
      config,
    );
  });

  it.runIf(isThere)('reads columns and bands by any name', async () => {
    const shipped = shippedConfig();
    const config = shippedConfig({
      columns: { ...shipped.columns, total_orders: 'it\'s "an" `order`', voucher_amount: 've_amount' },
      segments: {
        rows: {
          of: 'total_orders',
          bands: [
            { name: 'it\'s \\ a "band"', min: 0, max: 9 },
            { name: '10+', min: 10 },
          ],
        },
      },
    });
    await expectSameCube(rowsOf(200, name), config);
  });

  it.runIf(isThere)('counts an empty table as no rows', async () => {
    const table = await warehouse.put(FIELDS, []);
    const empty = cubeOfTable(table, shippedConfig());
    // ClickHouse has no row for the total of nothing.
    if (name === 'clickhouse')
      await expect(empty).rejects.toThrow('the table that the SELECT reads is empty');
    else expect((await empty).source.rows).toBe(0);
  });

  it.runIf(isThere)('is refused where its result is cut off', async () => {
    const table = await warehouse.put(FIELDS, fc.sample(oddRows, 200).map(fieldsOf));
    const select = cubeSelect({ config: shippedConfig(), dialect, from: table });
    const lines = (await warehouse.csv(select)).trimEnd().split('\n');
    const path = join(folder.path, `cut-${name}.csv`);
    folder.write(`cut-${name}.csv`, lines.slice(0, -1).join('\n'));
    await expect(readCubeFile(path, shippedConfig())).rejects.toThrow(/the result is cut off/);
  });
});
