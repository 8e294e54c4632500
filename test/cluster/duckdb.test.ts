import { readFileSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../build/engines/database.ts';
import { countInDuckdb } from '../../build/engines/duckdb/count.ts';
import { openDuckdb } from '../../build/engines/duckdb/database.ts';
import { isForDuckdb } from '../../build/engines/duckdb/files.ts';
import { ENGINES } from '../../build/engines/engines.ts';
import type { Config } from '../../src/core/config/config.ts';
import { Cube, cubeLayout, qualityOf } from '../../src/core/cube/cube.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import { cleaner, emptyAssignment, type RawRow } from '../../src/core/history/clean.ts';
import { cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { oddRows, timeTexts } from '../support/odd-rows.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { everyFeature } from './support/configs.ts';
import { duckdbMissing, isDuckdbInstalled } from './support/duckdb.ts';
import { factsOf } from './support/facts.ts';
import { fieldsOf } from './support/tables.ts';

const folder = temporaryFolder();
const HEADER = FIELDS.join(',');
let files = 0;

describe.runIf(isDuckdbInstalled)(`DuckDB in the process${duckdbMissing}`, () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDuckdb();
  });
  afterAll(() => database?.close());

  function jobOf(content: string | Uint8Array, name: string, config: Config) {
    const path = folder.write(`${files++}-${name}`, content);
    const inputs = [{ path, name, size: statSync(path).size }];
    return { config, layout: cubeLayout(config), inputs, rejects: null, onProgress() {} };
  }

  /** What DuckDB alone makes of a file; null where it leaves it to our reader. */
  async function alone(content: Uint8Array, config = shippedConfig(), name = 'history.parquet') {
    const job = jobOf(content, name, config);
    const [file] = job.inputs;
    const counted = file ? await countInDuckdb(file, job, database) : null;
    if (counted === null) return null;
    const cube = new Cube(job.layout);
    cube.merge(counted.cube);
    return { ...counted, cube };
  }

  /** What the engine makes of it, with the help of our reader. */
  async function whole(content: string | Uint8Array, config = shippedConfig(), name = 'history.parquet') {
    const { cube } = (await ENGINES.duckdb(jobOf(content, name, config))) ?? {};
    return cube === undefined ? null : factsOf(cube);
  }

  const parquetOf = (rows: readonly RawRow[]) => {
    const columnData = FIELDS.map((name) => ({
      name,
      type: 'STRING' as const,
      data: rows.map((row) => row[name]),
    }));
    return new Uint8Array(parquetWriteBuffer({ columnData }));
  };
  /** Fields that our reader has to read may have quotes. */
  const isPlain = (row: RawRow) => !fieldsOf(row).join('').includes('"');
  const readable = (rows: readonly RawRow[]) => {
    const clean = cleaner(shippedConfig());
    const into = emptyAssignment();
    return rows.filter((row) => {
      clean(row, into);
      return into.unreadable.length === 0;
    });
  };

  it.each([
    ['the shipped config', shippedConfig()],
    ['every feature, by day', everyFeature()],
    ['weeks', shippedConfig({ period: 'week' })],
  ])('counts random rows alone: %s', async (_, config) => {
    const rows = readable(fc.sample(oddRows, 6_000)).filter(isPlain);
    const counted = await alone(parquetOf(rows), config);
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows, config)));
    expect(counted && qualityOf(counted.cube.countries.values()).rows_read).toBe(rows.length);
  });

  it('takes no text for a time that core does not', async () => {
    const texts = [...new Set(fc.sample(timeTexts, 10_000))].filter((text) => !text.includes('"'));
    const rows = texts.map((text, at) => rawRow([text, `c${at}`, '0001-01-01', '', '1', '5']));
    const config = everyFeature();
    const known = readable(rows);
    const counted = await alone(parquetOf(known), config);
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(known, config)));
    // With the others, which our reader reads, it is the same.
    expect(await whole(parquetOf(rows), config)).toEqual(factsOf(cubeOf(rows, config)));
  });

  it('compares times by their seconds', async () => {
    const texts = ['18:59:20.999', '18:59:21', '18:59:21.001', '18:59:21.999'].map(
      (text) => `2018-07-21 ${text}`,
    );
    const rows = texts.flatMap((ts) =>
      texts.flatMap((last) => texts.map((first) => rawRow([ts, 'Peru', last, first, '1', '5']))),
    );
    const counted = await alone(parquetOf(rows), everyFeature());
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows, everyFeature())));
  });

  it('counts Parquet of times and numbers alone', async () => {
    const moments = [
      '2018-07-21T18:59:21.102Z',
      '2018-07-21T00:00:00Z',
      '1969-12-31T23:59:59.5Z',
      '2018-07-20T23:59:59Z',
    ];
    const columnData = [
      { name: 'timestamp', type: 'TIMESTAMP' as const, data: moments.map((text) => new Date(text)) },
      { name: 'country_code', type: 'STRING' as const, data: ['Peru', 'Peru', 'Peru', ''] },
      {
        name: 'last_order_ts',
        type: 'TIMESTAMP' as const,
        data: ['2018-06-20', '2018-07-22', '1969-01-01', '2018-06-20'].map((text) => new Date(text)),
      },
      { name: 'total_orders', type: 'DOUBLE' as const, data: [15, 3, Number.NaN, 1] },
      { name: 'voucher_amount', type: 'FLOAT' as const, data: [26.4, 5, 0.1, 5] },
    ];
    const content = new Uint8Array(parquetWriteBuffer({ columnData }));
    const rows = [
      ['2018-07-21 18:59:21', 'Peru', '2018-06-20', '', '15', '26.4'],
      ['2018-07-21', 'Peru', '2018-07-22', '', '3', '5'],
      ['1969-12-31 23:59:59', 'Peru', '1969-01-01', '', '', '0.1'],
      ['2018-07-20 23:59:59', '', '2018-06-20', '', '1', '5'],
    ].map(rawRow);
    const counted = await alone(content);
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows)));
  });

  const ROW = '2018-07-21,Peru,2018-06-20,2018-01-01,15,2640';

  it.each([
    ['a day that no calendar has', ROW.replace('2018-07-21', '2026-02-30')],
    ['a month 13', ROW.replace('2018-06-20', '2018-13-01')],
    ['the second 60', ROW.replace('2018-07-21', '2018-07-21 23:59:60')],
    ['a quote inside a field', ROW.replace('Peru', 'Pe"ru')],
    ['an unreadable amount', ROW.replace('2640', '20 €')],
  ])('has our reader read the file: %s', async (_, odd) => {
    const rows = [ROW, odd].map((row) => rawRow(row.split(',')));
    expect(await alone(parquetOf(rows))).toBeNull();
    expect(await whole(parquetOf(rows))).toEqual(factsOf(cubeOf(rows)));
  });

  it('has our reader read CSV', async () => {
    const job = jobOf(`${HEADER}\n${ROW}\n`, 'history.csv', shippedConfig());
    expect(await Promise.all(job.inputs.map(isForDuckdb))).toEqual([false]);
    expect(await whole(`${HEADER}\n${ROW}\n`)).toEqual(factsOf(cubeOf([rawRow(ROW.split(','))])));
  });

  it('has our reader read Parquet with a time without an end', async () => {
    const path = `${folder.path}/endless.parquet`;
    await database.rows(
      `COPY (SELECT 'infinity'::TIMESTAMP AS timestamp, 'Peru' AS country_code, TIMESTAMP '2018-06-20' AS last_order_ts,
        1 AS total_orders, 5 AS voucher_amount) TO '${path}' (FORMAT parquet)`,
    );
    expect(await alone(readFileSync(path))).toBeNull();
  });

  it('says what our reader says of a missing column', async () => {
    const columnData = [{ name: 'timestamp', type: 'STRING' as const, data: ['2018-07-21'] }];
    const job = jobOf(new Uint8Array(parquetWriteBuffer({ columnData })), 'history.parquet', shippedConfig());
    const sentence = await ENGINES.stream(job).catch((error: Error) => error.message);
    await expect(ENGINES.duckdb(job)).rejects.toThrow(String(sentence));
    expect(sentence).toContain('country_code');
  });
});
