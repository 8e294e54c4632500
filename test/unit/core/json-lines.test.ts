import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import type { RawRow, RowSink } from '../../../src/core/history/clean.ts';
import { TextReader } from '../../../src/core/history/text-reader.ts';
import { AS_SHIPPED } from '../../support/reading.ts';
import { COLUMNS, HEADER } from '../support/csv.ts';

const EMPTY = Object.fromEntries(FIELDS.map((field) => [field, ''])) as RawRow;

function read(pieces: readonly string[], options: Partial<RowSink> = {}) {
  const rows: [line: number, row: RawRow][] = [];
  const malformed: [line: number, text: string][] = [];
  const reader = new TextReader({
    ...AS_SHIPPED,
    columns: COLUMNS,
    onRow: (_, line, text) => rows.push([line, { ...text() }]),
    onMalformed: ({ text }, line) => malformed.push([line, text]),
    ...options,
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { rows, malformed };
}

const line = (fields: Record<string, unknown>) => `${JSON.stringify(fields)}\n`;

describe('a history of JSON lines', () => {
  it('has a row for each object, whose members are the fields: texts and numbers', () => {
    const { rows, malformed } = read([
      line({
        timestamp: '2018-07-21',
        country_code: 'Peru',
        last_order_ts: '2018-04-20',
        total_orders: 3,
        voucher_amount: 2640.5,
      }),
      line({
        voucher_amount: '1e3',
        total_orders: '15.0',
        other: { deep: [1] },
        country_code: null,
        first_order_ts: true,
      }),
    ]);
    expect(malformed).toEqual([]);
    expect(rows).toEqual([
      [
        1,
        {
          ...EMPTY,
          timestamp: '2018-07-21',
          country_code: 'Peru',
          last_order_ts: '2018-04-20',
          total_orders: '3',
          voucher_amount: '2640.5',
        },
      ],
      [2, { ...EMPTY, voucher_amount: '1e3', total_orders: '15.0', first_order_ts: 'true' }],
    ]);
  });

  it('is told from CSV by its first character, after white space and a byte order mark', () => {
    expect(read(['\uFEFF', ' \n', '\r\n', ` ${line({ timestamp: 'a' })}`]).rows).toEqual([
      [3, { ...EMPTY, timestamp: 'a' }],
    ]);
    expect(read([' \n', `${HEADER}\n1,2,3,4,5,6\n`]).rows).toHaveLength(1);
  });

  it('finds names as columns are found: without regard to case, the very name first', () => {
    const { rows } = read([
      line({ ' Country_Code': 'a', TIMESTAMP: 'b' }),
      line({ Timestamp: 'c', timestamp: 'd', TimeStamp: 'e' }),
    ]);
    expect(rows.map(([, row]) => [row.country_code, row.timestamp])).toEqual([
      ['a', 'b'],
      ['', 'd'],
    ]);
  });

  it('takes the names of the config, and the values of folders where no member has the name', () => {
    const columns = { ...COLUMNS, voucher_amount: 'constructor' } as Record<Field, string>;
    const constants = { country_code: 'Peru' };
    const { rows } = read([line({ timestamp: '1' }), line({ constructor: 5, country_code: 'Chile' })], {
      columns,
      constants,
    });
    expect(rows.map(([, row]) => [row.country_code, row.voucher_amount])).toEqual([
      ['Peru', ''],
      ['Chile', '5'],
    ]);
  });

  it('hands numbers on with the decimal mark of the config', () => {
    expect(
      read([line({ timestamp: 'x', voucher_amount: 12.5 })], { decimal: ',' }).rows[0]?.[1].voucher_amount,
    ).toBe('12,5');
  });

  it('counts a line that is not an object of plain values as malformed, with its line', () => {
    const { rows, malformed } = read([
      line({ timestamp: 'a' }),
      '{"timestamp": "b"\n\n[1]\nnull\n7\n',
      line({ country_code: ['a'] }),
      '{"timestamp": "c"}\r\n{"times',
    ]);
    expect(rows.map(([at, { timestamp }]) => [at, timestamp])).toEqual([
      [1, 'a'],
      [8, 'c'],
    ]);
    expect(malformed.map(([at]) => at)).toEqual([2, 4, 5, 6, 7, 9]);
  });

  it('is the same however it is cut', () => {
    const text = `\uFEFF\n${line({ timestamp: 'ä', country_code: 'Per\u00fa' })}{"broken\r\n\n${line({ total_orders: 1 }).repeat(3)}{"timestamp":"last"}`;
    const whole = read([text]);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(read(pieces)).toEqual(whole);
      }),
    );
  });
});

describe('JSON is refused', () => {
  it.each<[string, string[], string]>([
    [
      'over several lines',
      ['{\n  "timestamp": "a"\n}\n'],
      'found one over several lines: save it as JSON lines',
    ],
    [
      'without one object',
      ['{broken\n{"a\n'],
      'expected a JSON object of plain values on each line, found none: line 1 is not a JSON object',
    ],
    ['without any of the fields', [line({ a: 1, b: 2 })], 'expected columns "timestamp", "country_code"'],
    [
      'with a field under another name',
      [line({ timestamp: 'a', amount: 5 })],
      '"voucher_amount" (closest match: "amount")',
    ],
    [
      'with a NUL in a country',
      [line({ timestamp: 'a', country_code: 'a\0b' })],
      'line 1: country_code has a NUL character',
    ],
    [
      'with half of a character in a country',
      ['{"country_code":"\\ud800"}\n'],
      'line 1: country_code has half of a character',
    ],
    ['with a line without an end', ['{"a":"', 'x'.repeat(1 << 20)], 'line 1: expected a row of at most'],
  ])('%s', (_, pieces, sentence) => {
    expect(() => read(pieces)).toThrow(sentence);
  });
});
