import { readFileSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../build/engines/database.ts';
import { countInDuckdb } from '../../build/engines/duckdb/count.ts';
import { openDuckdb } from '../../build/engines/duckdb/database.ts';
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
  async function alone(content: string | Uint8Array, name = 'history.csv', config = shippedConfig()) {
    const job = jobOf(content, name, config);
    const [file] = job.inputs;
    const counted = file ? await countInDuckdb(file, job, database) : null;
    if (counted === null) return null;
    const cube = new Cube(job.layout);
    cube.merge(counted.cube);
    return { ...counted, cube };
  }

  /** What the engine makes of it, with the help of our reader. */
  async function whole(content: string | Uint8Array, name = 'history.csv', config = shippedConfig()) {
    const { cube } = (await ENGINES.duckdb(jobOf(content, name, config))) ?? {};
    return cube === undefined ? null : factsOf(cube);
  }

  const csvOf = (rows: readonly RawRow[]) =>
    `${HEADER}\n${rows.map((row) => `${fieldsOf(row).join(',')}\n`).join('')}`;
  /** Fields that need no quotes in CSV, and hold no byte that has our reader read the file. */
  const isPlainText = (text: string) =>
    ![...'"\r\n,\0\u0001\u001a'].some((character) => text.includes(character));
  const isPlain = (row: RawRow) => fieldsOf(row).every(isPlainText);
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
    const counted = await alone(csvOf(rows), 'history.csv', config);
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows, config)));
    expect(counted && qualityOf(counted.cube.countries.values()).rows_read).toBe(rows.length);
  });

  it('takes no text for a time that core does not', async () => {
    const texts = [...new Set(fc.sample(timeTexts, 10_000))].filter(isPlainText);
    const rows = texts.map((text, at) => rawRow([text, `c${at}`, '0001-01-01', '', '1', '5']));
    const config = everyFeature();
    const known = readable(rows);
    const counted = await alone(csvOf(known), 'history.csv', config);
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(known, config)));
    // With the others, which our reader reads, it is the same.
    expect(await whole(csvOf(rows), 'history.csv', config)).toEqual(factsOf(cubeOf(rows, config)));
  });

  it('compares times by their seconds', async () => {
    const texts = ['18:59:20.999', '18:59:21', '18:59:21.001', '18:59:21.999'].map(
      (text) => `2018-07-21 ${text}`,
    );
    const rows = texts.flatMap((ts) =>
      texts.flatMap((last) => texts.map((first) => rawRow([ts, 'Peru', last, first, '1', '5']))),
    );
    const counted = await alone(csvOf(rows), 'history.csv', everyFeature());
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows, everyFeature())));
  });

  it('counts Parquet of text alone', async () => {
    const rows = readable(fc.sample(oddRows, 3_000)).filter((row) => !fieldsOf(row).join('').includes('"'));
    const columnData = FIELDS.map((name) => ({
      name,
      type: 'STRING' as const,
      data: rows.map((row) => row[name]),
    }));
    const counted = await alone(new Uint8Array(parquetWriteBuffer({ columnData })), 'history.parquet');
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows)));
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
    const counted = await alone(content, 'history.parquet');
    expect(counted && factsOf(counted.cube)).toEqual(factsOf(cubeOf(rows)));
  });

  const ROW = '2018-07-21,Peru,2018-06-20,2018-01-01,15,2640';

  it.each([
    ['quotes around every field', `${HEADER}\n${Papa.unparse([ROW.split(',')], { quotes: true })}\n`],
    ['a comma in quotes', `${HEADER},note\n${ROW},"a, b"\n${ROW},x\n`],
    ['semicolons', `${HEADER}\n${ROW}\n`.replaceAll(',', ';')],
    [
      'columns that are ignored, in another order',
      `x,${FIELDS.toReversed().join(',')}\ny,${ROW.split(',').reverse().join(',')}\n`,
    ],
    ['a BOM and blank lines', `\uFEFF\n${HEADER}\n\n${ROW}\n\n${ROW}\n`],
    ['no line end at the end', `${HEADER}\n${ROW}`],
    [
      'a first order some hours after the row',
      `${HEADER}\n${ROW.replace('2018-01-01', '2018-07-21 05:00:00')}\n`,
    ],
    ['fields of empty text', `${HEADER}\n2018-07-21,Peru,2018-06-20,"",,""\n`],
  ])('reads CSV alone, as our reader does: %s', async (_, content) => {
    const counted = await alone(content);
    const expected = await ENGINES.stream(jobOf(content, 'history.csv', shippedConfig()));
    expect(counted && factsOf(counted.cube)).toEqual(expected && factsOf(expected.cube));
    expect(counted?.sha256).toBe(expected?.sources[0]?.sha256);
  });

  it.each([
    ['CR LF', `${HEADER}\r\n${ROW}\r\n`],
    ['CR', `${HEADER}\r${ROW}\r`],
    ['a row with too few fields', `${HEADER}\n${ROW}\n2018-07-21,Peru\n`],
    ['a line end in quotes', `${HEADER},note\n${ROW},"a, b\nc"\n${ROW},x\n`],
    ['a row with too many fields', `${HEADER}\n${ROW},9\n${ROW}\n`],
    ['a row with an empty field too many', `${HEADER}\n${ROW},\n${ROW}\n`],
    ['rows with empty fields too many', `${HEADER}\n${ROW},,\n${ROW},,,,,\n${ROW}\n`],
    ['a row without its last field', `${HEADER}\n${ROW}\n${ROW.replace(',2640', '')}\n`],
    ['what DuckDB is told to read as null', `${HEADER}\n${ROW.replace('Peru', '\u0001')}\n`],
    ['a day that no calendar has', `${HEADER}\n${ROW}\n${ROW.replace('2018-07-21', '2026-02-30')}\n`],
    ['a month 13', `${HEADER}\n${ROW}\n${ROW.replace('2018-06-20', '2018-13-01')}\n`],
    ['the second 60', `${HEADER}\n${ROW}\n${ROW.replace('2018-07-21', '2018-07-21 23:59:60')}\n`],
    ['a quote inside a field', `${HEADER}\n${ROW.replace('Peru', 'Pe"ru')}\n`],
    ['a quote that is not closed', `${HEADER}\n"${ROW}\n${ROW}\n`],
    ['text after a quote', `${HEADER}\n${ROW.replace('Peru', '"Pe"ru')}\n`],
    ['an unreadable amount', `${HEADER}\n${ROW}\n${ROW.replace('2640', '20 €')}\n`],
    ['UTF-16', Buffer.from(`\uFEFF${HEADER}\n${ROW}\n`, 'utf16le')],
  ])('has our reader read the file: %s', async (_, content) => {
    expect(await alone(content)).toBeNull();
    const expected = await ENGINES.stream(jobOf(content, 'history.csv', shippedConfig()));
    expect(await whole(content)).toEqual(expected && factsOf(expected.cube));
  });

  it('has our reader read Parquet with a time without an end', async () => {
    const path = `${folder.path}/endless.parquet`;
    await database.rows(
      `COPY (SELECT 'infinity'::TIMESTAMP AS timestamp, 'Peru' AS country_code, TIMESTAMP '2018-06-20' AS last_order_ts,
        1 AS total_orders, 5 AS voucher_amount) TO '${path}' (FORMAT parquet)`,
    );
    expect(await alone(readFileSync(path), 'endless.parquet')).toBeNull();
  });

  it.each([
    ['NUL', `${HEADER}\n${ROW.replace('Peru', 'Pe\0ru')}\n`],
    [
      'bytes that are no text',
      Buffer.concat([
        Buffer.from(`${HEADER}\n${ROW.slice(0, 12)}`),
        Buffer.from([0xff, 0xfe]),
        Buffer.from(`${ROW.slice(12)}\n`),
      ]),
    ],
    ['a missing column', 'timestamp,country_code\n2018-07-21,Peru\n'],
  ])('says what our reader says of %s', async (_, content) => {
    const config = shippedConfig();
    const sentence = await ENGINES.stream(jobOf(content, 'history.csv', config)).catch((error: Error) =>
      error.message.replace(/^\S+ /, ''),
    );
    expect(sentence).toEqual(expect.any(String));
    await expect(ENGINES.duckdb(jobOf(content, 'history.csv', config))).rejects.toThrow(String(sentence));
  });
});
