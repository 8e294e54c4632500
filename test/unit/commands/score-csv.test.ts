import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CsvCustomers } from '../../../build/customers/csv-customers.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { PLAIN_NUMBERS } from '../../../src/core/fields/numbers.ts';
import { runs } from '../../support/runs.ts';
import { HEADER, readPieces } from '../support/csv.ts';
import { HOSTILE, hostilePieces } from '../support/hostile.ts';
import { countScanned } from '../support/scanned.ts';

/** What the reader of customers makes of pieces of a file: the fields of each record with its line. */
function read(pieces: readonly string[]) {
  const rows: { line: number; fields: string[]; csv: string }[] = [];
  const malformed: number[] = [];
  const own = {
    country_code: 'country_code',
    last_order_ts: 'last_order_ts',
    first_order_ts: 'first_order_ts',
  };
  const reader = new CsvCustomers({
    columns: { ...own, total_orders: 'voucher_amount', segment_name: 'segment_name' },
    settings: { numbers: PLAIN_NUMBERS, times: { format: 'iso' } },
    onColumns: () => ({
      onRecord: (record, line) => rows.push({ line, fields: [...record.fields()], csv: record.csv ?? '' }),
      onMalformed: (_, line) => malformed.push(line),
    }),
    onRemark: () => {},
    onBytes: () => {},
    onBatch: async () => {},
  });
  for (const piece of pieces) if (piece !== '') reader.push(piece);
  reader.end();
  return { rows, malformed };
}

const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', 'Peru', '15', '2018-05-03', ' x ') },
  { weight: 2, arbitrary: fc.constantFrom('"a,b"', '"a""b"', '"a\nb"', '"a\r\nb"', '"x" ') },
  { weight: 1, arbitrary: fc.constantFrom('"', 'a"b', '"a"b', '""', '"""', '"a\n') },
);
const record = fc.oneof(
  { weight: 8, arbitrary: fc.array(field, { minLength: FIELDS.length, maxLength: FIELDS.length }) },
  { weight: 1, arbitrary: fc.array(field, { maxLength: FIELDS.length + 1 }) },
);

it('reads what the reader of histories reads, wherever the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat(200), { maxLength: 5 }),
      fc.boolean(),
      (records, end, cuts, ended) => {
        const text = [HEADER, ...records.map((fields) => fields.join(','))].join(end) + (ended ? end : '');
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const pieces = places.slice(1).map((place, at) => text.slice(places[at], place));
        const expected = readPieces([text]);
        const found = read(pieces);
        const trimmed = (values: readonly string[]) => values.map((value) => value.trim());
        expect(found.rows.map(({ line, fields }) => ({ line, fields: trimmed(fields) }))).toEqual(
          expected.rows.map(({ line, row }) => ({ line, fields: trimmed(FIELDS.map((name) => row[name])) })),
        );
        expect(found.malformed).toEqual(expected.malformed.map(({ line }) => line));
        for (const { csv } of found.rows) expect(text).toContain(csv);
      },
    ),
    { numRuns: runs(300) },
  );
});

it.each(Object.entries(HOSTILE))('looks through a hostile file a few times at most: %s', (_, unit) => {
  const pieces = hostilePieces(unit, 3 << 20);
  const scanned = countScanned();
  const { rows, malformed } = read(pieces);
  expect(scanned() / pieces.join('').length).toBeLessThan(24);
  const expected = readPieces(pieces);
  expect([rows.length, malformed.length]).toEqual([expected.rows.length, expected.malformed.length]);
});
