import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { duckdbMissing, isDuckdbInstalled } from '../../cluster/support/duckdb.ts';
import { csvOf, exportsFolder, HEALTHY, healthyRows } from '../support/exports.ts';
import { parquetFile } from '../support/parquet.ts';

const { write, build } = exportsFolder();
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

  it.each(['latin1-plain.parquet', 'latin1-dict.parquet'])(
    'of another writer is refused with row and column: %s',
    async (name) => {
      const { code, said } = await build(`${CASES}${name}`);
      expect(code).toBe(1);
      expect(said).toMatch(/row \d+: country_code is not UTF-8/);
    },
  );
});
