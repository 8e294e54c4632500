import { readFileSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../build/engines/database.ts';
import { countInDuckdb } from '../../build/engines/duckdb/count.ts';
import { openDuckdb } from '../../build/engines/duckdb/database.ts';
import { isForDuckdb } from '../../build/engines/duckdb/files.ts';
import { MOST_GROUPS } from '../../build/engines/duckdb/query.ts';
import { ENGINES } from '../../build/engines/engines.ts';
import type { Config } from '../../src/core/config/config.ts';
import { Cube, cubeLayout, qualityOf } from '../../src/core/cube/cube.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { oddRows, timeTexts } from '../support/odd-rows.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { everyFeature } from './support/configs.ts';
import { duckdbMissing, isDuckdbInstalled } from './support/duckdb.ts';
import { factsOf } from './support/facts.ts';

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
    return { config, inputs, rejects: null, onProgress() {} };
  }

  /** What DuckDB alone makes of a file; null where it leaves it to our reader. */
  async function alone(content: Uint8Array, config = shippedConfig(), name = 'history.parquet') {
    const job = jobOf(content, name, config);
    const [file] = job.inputs;
    const counted = file ? await countInDuckdb(file, job, database) : null;
    if (counted === null) return null;
    const cube = new Cube(cubeLayout(job.config));
    cube.merge(counted.cube);
    return { ...counted, cube };
  }

  /** What the engine makes of it, with the help of our reader. */
  async function whole(content: string | Uint8Array, config = shippedConfig(), name = 'history.parquet') {
    const { cube } = (await ENGINES.duckdb(jobOf(content, name, config))) ?? {};
    return cube === undefined ? null : factsOf(cube);
  }

  /** With texts in all columns. */
  const parquetOf = (rows: readonly RawRow[]) => {
    const columnData = FIELDS.map((name) => ({
      name,
      type: 'STRING' as const,
      data: rows.map((row) => row[name]),
    }));
    return new Uint8Array(parquetWriteBuffer({ columnData }));
  };

  /** With times, numbers of a type, and nothing where a text is empty. */
  async function typedOf(rows: readonly RawRow[], number = 'DOUBLE'): Promise<Buffer> {
    const texts = `${folder.path}/${files++}-texts.parquet`;
    const typed = `${folder.path}/${files++}-typed.parquet`;
    writeFileSync(texts, parquetOf(rows));
    const columns = FIELDS.map((field) => {
      if (field === 'country_code') return field;
      const type = field === 'total_orders' ? number : field === 'voucher_amount' ? 'DOUBLE' : 'TIMESTAMP';
      return `CAST(nullif(${field}, '') AS ${type}) AS ${field}`;
    });
    await database.rows(`COPY (SELECT ${columns.join(', ')} FROM '${texts}') TO '${typed}' (FORMAT parquet)`);
    return readFileSync(typed);
  }

  const moments = fc
    .date({ min: new Date('1970-01-01'), max: new Date('2105-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().replace('T', ' ').slice(0, -1));
  const close = fc.constantFrom('2018-07-21 18:59:20.999', '2018-07-21 18:59:21', '2018-06-21 18:59:21.001');
  const times = fc.oneof(moments, close, fc.constant(''));
  const usualRows = fc
    .tuple(
      times,
      fc.constantFrom('Peru', 'peru', ' Latvia', 'Perú', '中国', 'NULL', 'n/a', ''),
      times,
      times,
      fc.oneof(fc.nat(60), fc.nat(2 ** 31 - 1), fc.constant('')).map(String),
      fc.constantFrom('2640', '26.4', '0.1', '0', '-0', '1e20', 'NaN', ''),
    )
    .map(rawRow);

  it.each([
    ['the shipped config', shippedConfig(), 'DOUBLE'],
    ['every feature, by day', everyFeature(), 'INTEGER'],
    ['weeks', shippedConfig({ period: 'week' }), 'DECIMAL(18, 2)'],
  ])('counts random rows of times and numbers alone: %s', async (_, config, number) => {
    const rows = fc.sample(usualRows, 6_000);
    const counted = await alone(await typedOf(rows, number), config);
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows, config)));
    expect(counted && qualityOf(counted.cube.countries.values()).rows_read).toBe(rows.length);
  });

  it('compares times by their seconds', async () => {
    const texts = ['18:59:20.999', '18:59:21', '18:59:21.001', '18:59:21.999'].map(
      (text) => `2018-07-21 ${text}`,
    );
    const rows = texts.flatMap((ts) =>
      texts.flatMap((last) => texts.map((first) => rawRow([ts, 'Peru', last, first, '1', '5']))),
    );
    const counted = await alone(await typedOf(rows), everyFeature());
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows, everyFeature())));
  });

  it('counts Parquet without first orders alone', async () => {
    const moment = (text: string) => new Date(text);
    const columnData = [
      { name: 'timestamp', type: 'TIMESTAMP' as const, data: ['2018-07-21T18:59:21.102Z'].map(moment) },
      { name: 'country_code', type: 'STRING' as const, data: ['Peru'] },
      { name: 'last_order_ts', type: 'TIMESTAMP' as const, data: ['2018-06-20'].map(moment) },
      { name: 'total_orders', type: 'DOUBLE' as const, data: [15] },
      { name: 'voucher_amount', type: 'FLOAT' as const, data: [26.4] },
    ];
    const counted = await alone(new Uint8Array(parquetWriteBuffer({ columnData })));
    const rows = [rawRow(['2018-07-21 18:59:21', 'Peru', '2018-06-20', '', '15', '26.4'])];
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows)));
  });

  it('has our reader read random rows of texts', async () => {
    const config = everyFeature();
    const texts = [...new Set(fc.sample(timeTexts, 5_000))];
    const rows = [
      ...fc.sample(oddRows, 3_000),
      ...texts.map((text, at) => rawRow([text, `c${at}`, '0001-01-01', '', '1', '5'])),
    ];
    expect(await alone(parquetOf(rows), config)).toBeNull();
    expect(await whole(parquetOf(rows), config)).toEqual(factsOf(cubeOf(rows, config)));
  });

  const ROW = '2018-07-21,Peru,2018-06-20,2018-01-01,15,2640';

  it.each([
    ['a time before 1970', ROW.replace('2018-07-21', '1969-12-31 23:59:59.5')],
    ['a last order before 1970', ROW.replace('2018-06-20', '1969-01-01')],
    ['a first order before the year 1', ROW.replace('2018-01-01', '0001-01-01 (BC) 00:00:00')],
    ['fewer orders than none', ROW.replace(',15,', ',-1,')],
    ['half an order', ROW.replace(',15,', ',1.5,')],
    ['orders that are no number', ROW.replace(',15,', ',NaN,')],
    ['a quote inside a field', ROW.replace('Peru', 'Pe"ru')],
    ['an amount below 0', ROW.replace('2640', '-1')],
    ['an amount without an end', ROW.replace('2640', 'Infinity')],
  ])('has our reader read the file: %s', async (_, odd) => {
    const content = await typedOf([ROW, odd].map((row) => rawRow(row.split(','))));
    expect(await alone(content)).toBeNull();
    const stream = await ENGINES.stream(jobOf(content, 'history.parquet', shippedConfig()));
    expect(await whole(content)).toEqual(factsOf(stream.cube));
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

  it('has our reader read a file of more groups than come back', async () => {
    const path = `${folder.path}/many.parquet`;
    await database.rows(
      `COPY (SELECT TIMESTAMP '2018-07-21' AS timestamp, 'Peru' AS country_code, TIMESTAMP '2018-06-20' AS last_order_ts,
        1 AS total_orders, amount AS voucher_amount FROM range(${MOST_GROUPS + 1}) AS amounts(amount)) TO '${path}' (FORMAT parquet)`,
    );
    const content = readFileSync(path);
    expect(await alone(content)).toBeNull();
    expect(await whole(content)).not.toBeNull();
  });

  it('says what our reader says of a missing column', async () => {
    const columnData = [{ name: 'timestamp', type: 'STRING' as const, data: ['2018-07-21'] }];
    const job = jobOf(new Uint8Array(parquetWriteBuffer({ columnData })), 'history.parquet', shippedConfig());
    const sentence = await ENGINES.stream(job).catch((error: Error) => error.message);
    await expect(ENGINES.duckdb(job)).rejects.toThrow(String(sentence));
    expect(sentence).toContain('country_code');
  });
});
