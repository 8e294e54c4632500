import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainReads } from '../../../build/engines/plain/plain-reads.ts';
import type { ReadRows } from '../../../build/read/reading.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { cubeText } from '../../../src/core/cube/cube-json.ts';
import { type Dropped, RowCounter } from '../../../src/core/cube/row-counter.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { emptyRead, type RawRow, type ReadRow } from '../../../src/core/history/clean.ts';
import { MISSING, UNREADABLE } from '../../../src/core/missing.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runs } from '../../support/runs.ts';

const CONFIG = shippedConfig();
const DAY = 86_400;

const time = fc.oneof(
  { weight: 90, arbitrary: fc.integer({ min: 1_500_000_000, max: 1_500_000_000 + 40 * DAY }) },
  fc.constantFrom(MISSING, UNREADABLE, -1, 0, 1, DAY - 1, DAY, -62_167_219_200, 253_402_300_799),
);
const count = fc.oneof(
  { weight: 40, arbitrary: fc.nat(60) },
  fc.constantFrom(MISSING, UNREADABLE, 0, 1e9, Number.MAX_SAFE_INTEGER),
);
const amount = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(0, 0.1, 5, 21.2, 4400) },
  fc.constantFrom(MISSING, UNREADABLE, 1e12, 0.30000000000000004),
);
const country = fc.oneof(
  { weight: 90, arbitrary: fc.constantFrom('Peru', 'Latvia', ' Peru ', 'Perú', 'peru', "Côte d'Ivoire") },
  fc.constantFrom('', ' ', 'NULL', '-', '\ufffd', 'x'.repeat(300)),
);
const row: fc.Arbitrary<ReadRow> = fc.record({
  timestamp: time,
  country_code: country,
  last_order_ts: time,
  first_order_ts: time,
  total_orders: count,
  voucher_amount: amount,
});

/** What is counted of rows, with or without the rows that are plain being taken by themselves. */
function counted(rows: readonly ReadRow[], { plain, rejects }: { plain: boolean; rejects: boolean }) {
  const dropped: Dropped[] = [];
  const counter = new RowCounter(
    CONFIG,
    new Cube(cubeLayout(CONFIG)),
    rejects ? (row) => dropped.push(structuredClone(row)) : null,
  );
  const reads = new PlainReads(counter, { dropped: !rejects, bytes: 0 });
  const columns: ReadRows = {
    numbers: {
      timestamp: Float64Array.from(rows, ({ timestamp }) => timestamp),
      last_order_ts: Float64Array.from(rows, ({ last_order_ts }) => last_order_ts),
      first_order_ts: Float64Array.from(rows, ({ first_order_ts }) => first_order_ts),
      total_orders: Float64Array.from(rows, ({ total_orders }) => total_orders),
      voucher_amount: Float64Array.from(rows, ({ voucher_amount }) => voucher_amount),
    },
    country: (at) => rows[at]?.country_code ?? '',
  };
  let taken = 0;
  for (let at = 0; ; at++) {
    const to = plain ? reads.take(columns, at, rows.length) : at;
    taken += to - at;
    at = to;
    const row = rows[at];
    if (row === undefined) break;
    const text = () => Object.fromEntries(FIELDS.map((field) => [field, String(row[field])])) as RawRow;
    counter.onRead({ ...emptyRead(), ...row }, at + 1, text);
  }
  reads.end();
  return { said: { cube: cubeText(counter.cube), rows: counter.rows, notes: counter.notes, dropped }, taken };
}

it('rows of Parquet that are plain are counted as all others are, whatever is between them', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(row, { minLength: 20, maxLength: 60 }), fc.boolean(), (rows, rejects) => {
      const plain = counted(rows, { plain: true, rejects });
      expect(plain.said).toEqual(counted(rows, { plain: false, rejects }).said);
      taken += plain.taken;
    }),
    { numRuns: runs(300) },
  );
  expect(taken).toBeGreaterThan(1_000);
});
