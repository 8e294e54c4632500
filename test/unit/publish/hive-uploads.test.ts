import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/core/config/config.ts';
import { runOf } from '../../support/upload-run.ts';

const ROWS = Array.from({ length: 40 }, (_, index) => [
  `2026-06-${10 + (index % 19)}`,
  index % 2 === 0 ? 'Peru' : "Côte d'Ivoire",
  `2026-01-0${1 + (index % 9)}`,
  String(index),
  String(10 + (index % 3)),
]);
const COLUMNS = ['timestamp', 'country_code', 'last_order_ts', 'total_orders', 'voucher_amount'];

const parsed = parseConfig({
  segments: { s: { of: 'total_orders', bands: [{ name: 'all', min: 0 }] } },
  default_segment: 's',
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const config = parsed.value;

const csv = (columns: readonly string[], rows: readonly (readonly string[])[]) =>
  [columns, ...rows].map((fields) => `${fields.join(',')}\n`).join('');
const without = <T>(fields: readonly T[]) => fields.filter((_, index) => index !== 1);
const of = (country: string) => ROWS.filter((row) => row[1] === country).map(without);

it('uploads of Hive have the column that the names of their folders say, and give the version of the whole history', async () => {
  const parts = await runOf(config, {
    'country_code=Peru/part-0.csv': csv(without(COLUMNS), of('Peru')),
    'country_code=C%C3%B4te d%27Ivoire/part-0.csv': csv(without(COLUMNS), of("Côte d'Ivoire")),
  });
  const whole = await runOf(config, { 'history.csv': csv(COLUMNS, ROWS) });
  expect(whole).toMatchObject({ state: 'published', version: expect.any(String) });
  expect(parts).toMatchObject({ state: 'published', version: whole?.version });
});
