import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ColumnMetaData } from 'hyparquet/src/types.js';
import { describe, expect, it } from 'vitest';
import type { Options } from '../../../build/cli/options.ts';
import { doctor } from '../../../build/commands/doctor.ts';
import { scoreCommand } from '../../../build/commands/score.ts';
import { stream } from '../../../build/engines/stream.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import { ParquetColumn } from '../../../build/read/parquet-column.ts';
import { rebuild } from '../../../build/watch/rebuild.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { duckdbMissing, isDuckdbInstalled } from '../../cluster/support/duckdb.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, HEALTHY, healthyRows } from '../support/exports.ts';
import { parquetFile } from '../support/parquet.ts';

const { write, build, path } = exportsFolder();
const CASES = fileURLToPath(new URL('files/', import.meta.url));

/** Columns of text, for all rows but those of times and numbers that a test gives. */
function columnsOf(rows: readonly string[][]) {
  return Object.fromEntries(
    FIELDS.map((name, at) => [
      name,
      { type: 'BYTE_ARRAY' as const, data: rows.map((row) => Buffer.from(row[at] ?? '')) },
    ]),
  );
}

const seconds = (text = '') => BigInt(Date.parse(`${text.replace(' ', 'T')}Z`)) * 1000n;

describe('Parquet', () => {
  it('gives what the same rows as CSV give, with times and numbers of its own types', async () => {
    const rows = healthyRows();
    const time = (at: number) => ({
      type: 'INT64' as const,
      converted_type: 'TIMESTAMP_MICROS' as const,
      data: rows.map((row) => seconds(row[at])),
    });
    const number = (at: number) => ({ type: 'DOUBLE' as const, data: rows.map((row) => Number(row[at])) });
    const typed = parquetFile(rows.length, {
      ...columnsOf(rows),
      timestamp: time(0),
      last_order_ts: time(2),
      first_order_ts: time(3),
      total_orders: number(4),
      voucher_amount: number(5),
    });
    const csv = await build(write('history.csv', csvOf(rows)));
    const settings = { numbers: { decimal: ',' }, times: { format: 'day_month_year' } };
    for (const content of [typed, parquetFile(rows.length, columnsOf(rows))]) {
      expect((await build(write('history.parquet', content))).version).toBe(csv.version);
    }
    // Numbers that are numbers are not read by the settings for text.
    expect((await build(write('history.parquet', typed), settings)).amounts).toEqual(csv.amounts);
  });

  const engines = ['stream', 'threads', ...(isDuckdbInstalled ? ['duckdb'] : [])];
  it.each(engines)(`of other writers is read alike by %s${duckdbMissing}`, async (engine) => {
    const file = (name: string) => build(`${CASES}${name}.parquet`, {}, engine);
    expect(await file('decimal-of-50-digits')).toMatchObject({ code: 0, amounts: HEALTHY });
    expect((await file('two-columns-of-one-name')).said).toMatch(/one column "country_code", found two/);
    expect((await file('encrypted-columns')).said).toMatch(/or its columns are encrypted/);
  });

  it('has what cannot be read shown with its row', async () => {
    const rows = healthyRows().map((row, at) => (at === 1 ? row.with(5, '20 €') : row));
    const { code, said } = await build(write('bad.parquet', parquetFile(rows.length, columnsOf(rows))));
    expect(code).toBe(1);
    expect(said).toContain('"20 €" (bad.parquet:2)');
  });

  it('names file, row and column of bytes that are not UTF-8, and takes them in a column that is not used', async () => {
    const rows = healthyRows();
    const country = { type: 'BYTE_ARRAY' as const, data: rows.map(() => Buffer.from('Per\xfa', 'latin1')) };
    const bad = write('latin1.parquet', parquetFile(4, { ...columnsOf(rows), country_code: country }));
    expect((await build(bad)).said).toMatch(/latin1\.parquet: row 1: country_code is not UTF-8/);
    const noted = write('noted.parquet', parquetFile(4, { ...columnsOf(rows), note: country }));
    expect((await build(noted)).code).toBe(0);
  });

  it.each(['latin1-plain', 'latin1-dict'])(
    'of another writer with bytes that are not UTF-8 is refused with row and column on every road: %s',
    async (name) => {
      const sentence = /latin1-\w+\.parquet: row \d+: country_code is not UTF-8/;
      for (const engine of engines) {
        const { code, said } = await build(`${CASES}${name}.parquet`, {}, engine);
        expect({ engine, code, said }).toEqual({ engine, code: 1, said: expect.stringMatching(sentence) });
      }
      const input = write(`${name}.parquet`, readFileSync(`${CASES}${name}.parquet`));
      const options = { config: shippedConfig(), engine: stream, out: `${path}/watched` };
      await expect(rebuild(await expandInputs([input]), options)).rejects.toThrow(sentence);
      const scored = ['--output', `${path}/scored.csv`, '--segment', 'frequency_segment', '--prefix', 'p_'];
      for (const [command, more] of [
        [doctor, []],
        [scoreCommand, scored],
      ] as const) {
        const { code, err } = await runCommand<Options>(command, ['--input', input, ...more]);
        expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(sentence) });
      }
    },
  );

  it('with a page of more values than memory is kept for is refused with what to do', () => {
    const column = new ParquetColumn(
      pageHeader(6_000_001),
      { path_in_schema: ['total_orders'], type: 'INT32', codec: 'UNCOMPRESSED' } as ColumnMetaData,
      { name: 'total_orders', type: 'INT32' },
      undefined,
    );
    expect(() => column.available()).toThrow(
      'expected at most 6000000 values in a page, found 6000001: write it with smaller pages or row groups, as with ROW_GROUP_SIZE 122880 in DuckDB',
    );
  });
});

/** The header of a page of plain values, of which none follows, in the compact protocol of Thrift. */
function pageHeader(values: number): ArrayBuffer {
  const count = [];
  for (let rest = 2 * values; rest > 0; rest = Math.floor(rest / 128))
    count.push((rest % 128) + (rest >= 128 ? 128 : 0));
  const sizes = [0x15, 0, 0x15, 0, 0x15, 0];
  return Uint8Array.from([...sizes, 0x2c, 0x15, ...count, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0]).buffer;
}
