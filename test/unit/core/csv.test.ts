import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/core/errors.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { closestMatch } from '../../../src/core/history/columns.ts';
import { LONGEST_RECORD } from '../../../src/core/history/csv-text.ts';
import { runs } from '../../support/runs.ts';
import { COLUMNS, HEADER, line, type Read, readPieces } from '../support/csv.ts';
import { HOSTILE, hostilePieces } from '../support/hostile.ts';
import { countScanned } from '../support/scanned.ts';

const ROW = '2018-07-21,Peru,2018-04-20,2018-04-17,1,4400';

/** Cuts a text into pieces at the given places, taken modulo its length. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => text.slice(start, at[index] ?? text.length));
}

const places = fc.array(fc.nat(), { maxLength: 30 });

describe('reading CSV in pieces', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', ';', '\n', '\r\n', 'é', '😀', '1') });

  it('finds every row with its fields and its line, wherever the text is cut', () => {
    const table = fc.array(fc.tuple(...FIELDS.map(() => field)), { maxLength: 20 });
    const style = fc.record({
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      newline: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\uFEFF'),
      last: fc.boolean(),
    });
    fc.assert(
      fc.property(table, style, places, (rows, { delimiter, newline, mark, last }, cuts) => {
        const quoted = rows.map((fields) =>
          fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter),
        );
        const lines = [FIELDS.join(delimiter), ...quoted];
        const text = mark + lines.join(newline) + (last ? newline : '');
        const read = readPieces(cut(text, cuts));
        let next = 2;
        const expected = rows.map((fields) => {
          const start = next;
          next += 1 + fields.join('').split('\n').length - 1;
          return { line: start, row: Object.fromEntries(FIELDS.map((name, index) => [name, fields[index]])) };
        });
        expect(read).toEqual({ rows: expected, malformed: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('reads any text at all the same, wherever it is cut, and loses no line of it', () => {
    const unit = fc.constantFrom(
      'a',
      ',',
      ',',
      ',',
      '"',
      '"',
      '\n',
      '\n',
      '\r\n',
      ' ',
      `${ROW}\n`,
      `"",${ROW}\n`,
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), places, (units, cuts) => {
        const text = `${HEADER}\n${units.join('')}`;
        const whole = readPieces([text]);
        expect(readPieces(cut(text, cuts))).toEqual(whole);
        const lines = text.split('\n').slice(1);
        const heads = new Set([...whole.rows, ...whole.malformed].map((found) => found.line));
        const first = lines.findIndex((content) => content.replaceAll('"', '').trim() !== '');
        const before = lines.slice(0, Math.max(first, 0)).join('');
        if (first !== -1 && !before.includes('"')) expect(heads).toContain(first + 2);
      }),
      { numRuns: 500 },
    );
  });

  it('reads on from the middle with what the header said', () => {
    const shape = { delimiter: ';', newline: '\n', header: ['extra', ...FIELDS] } as const;
    const text = `x;${line('1').replaceAll(',', ';')}\nx;${line('2').replaceAll(',', ';')}`;
    const { rows } = readPieces(cut(text, [7]), { shape, line: 100 });
    expect(rows.map(({ line, row }) => [line, row.timestamp, row.voucher_amount])).toEqual([
      [100, 'ti1', 'vo1'],
      [101, 'ti2', 'vo2'],
    ]);
  });
});

describe('what is a row', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR alone, as old spreadsheets write', '\r'],
  ])('ends at %s', (_, newline) => {
    const { rows, malformed } = readPieces([[HEADER, line('1'), '', line('2'), ''].join(newline)]);
    expect(rows.map(({ line, row }) => [line, row.timestamp, row.voucher_amount.trim()])).toEqual([
      [2, 'ti1', 'vo1'],
      [4, 'ti2', 'vo2'],
    ]);
    expect(malformed).toEqual([]);
  });

  it('may end in CRLF here and in LF there', () => {
    const { rows } = readPieces([`${HEADER}\r\n${line('1')}\n${line('2')}\r\n${line('3')}`]);
    expect(rows.map(({ row }) => row.voucher_amount.trim())).toEqual(['vo1', 'vo2', 'vo3']);
  });

  it('may end in LF after a header that the end of a piece cuts after its CR', () => {
    const { rows } = readPieces([`${HEADER}\r`, `\n${line('1')}\r\n`]);
    expect(rows.map(({ line }) => line)).toEqual([2]);
  });

  it.each([',', ';', '\t', '|'])('is separated as the header is, by %j', (delimiter) => {
    const { rows } = readPieces([`${HEADER}\n${line('1')}`.replaceAll(',', delimiter)]);
    expect(rows[0]?.row).toMatchObject({ timestamp: 'ti1', voucher_amount: 'vo1' });
  });

  it('is separated by what separates the known columns, not by what is in the name of another', () => {
    const header = `${FIELDS.join('\t')}\ta, b, c, d, e, f, g, h`;
    const { rows } = readPieces([`${header}\n${line('1').replaceAll(',', '\t')}\tx`]);
    expect(rows[0]?.row.country_code).toBe('co1');
  });

  it('is read by the names of its columns, in any order, past others, with first_order_ts or without', () => {
    const columns = { ...COLUMNS, voucher_amount: 'Amount paid' };
    const header = 'id, Amount paid ,total_orders,timestamp,note,last_order_ts,"country_code"';
    const { rows } = readPieces([`\uFEFF\n${header}\n7,15,3,2018-07-21,"a,b",2018-04-20,Peru\n`], {
      columns,
    });
    expect(rows).toEqual([
      {
        line: 3,
        row: {
          timestamp: '2018-07-21',
          country_code: 'Peru',
          last_order_ts: '2018-04-20',
          first_order_ts: '',
          total_orders: '3',
          voucher_amount: '15',
        },
      },
    ]);
  });

  it('is malformed with too few or too many fields', () => {
    const { rows, malformed } = readPieces([`${HEADER}\n${ROW}\na,b\r\n${ROW},7\n${ROW}\n \n`]);
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
    expect(malformed).toEqual([
      { line: 3, fields: ['a', 'b'] },
      { line: 4, fields: [...ROW.split(','), '7'] },
    ]);
  });
});

describe('a quote that is not closed', () => {
  it.each([
    ['with no quote after it', ''],
    ['with quoted fields after it', '"2018-07-21","Peru","2018-04-20","2018-04-17","1","4400"\n'],
  ])('costs its own line, %s', (_, tail) => {
    const { rows, malformed } = readPieces([
      `${HEADER}\n${ROW}\n"2018-07-21,Peru,x,x,1,4400\n${ROW}\n${tail}${ROW}\n`,
    ]);
    expect(malformed.map(({ line }) => line)).toEqual([3]);
    expect(rows.map(({ line }) => line)).toEqual(tail === '' ? [2, 4, 5] : [2, 4, 5, 6]);
  });

  it('costs its own line in a text far longer than what is kept in memory', () => {
    const many = `${ROW}\n`.repeat(40_000);
    const { rows, malformed } = readPieces([`${HEADER}\n"${many}`, many, many]);
    expect(malformed.map(({ line }) => line)).toEqual([2]);
    expect(rows).toHaveLength(119_999);
    expect(rows.at(-1)?.line).toBe(120_001);
  });

  it('is no matter in a field that has another in it and ends on its line', () => {
    const { rows } = readPieces([`${HEADER},note\n${ROW},"he said "hi" there"\n${ROW},5" disk\n`]);
    expect(rows.map(({ line }) => line)).toEqual([2, 3]);
  });
});

describe('the closest match', () => {
  it.each([
    ['last_order_ts', ['last_order_date', 'lastOrderTs', 'first_order'], 'lastOrderTs'],
    ['voucher_amount', ['customer', 'Amount'], 'Amount'],
    ['country_code', ['county', 'Country', 'zip'], 'Country'],
    ['total_orders', ['orders total', 'total'], 'orders total'],
    ['timestamp', ['Timestmp', 'voucher'], 'Timestmp'],
    ['timestamp', ['id', 'x', '', 'voucher'], null],
  ])('to %s among %j is %s', (name, candidates, closest) => {
    expect(closestMatch(name, candidates)).toBe(closest);
  });
});

describe('what is no history', () => {
  const missing = HEADER.replace('total_orders', 'Total Order').replace('last_order_ts,', '');
  it.each([
    ['an empty text', '', /header line .* found an empty file/],
    ['blank lines', '\n \r\n', /found an empty file/],
    [
      'a country with a NUL character',
      `${HEADER}\n${ROW}\n${ROW.replace('Peru', 'Pe\0ru')}\n`,
      /line 3: country_code has a NUL character/,
    ],
    ['a header with a NUL character', `${HEADER}\0\n${ROW}\n`, /NUL character in line 1/],
    [
      'a line without end',
      `${HEADER}\n${'x'.repeat(LONGEST_RECORD + 1)}`,
      /line 2: expected a row of at most/,
    ],
    [
      'a line that is too long, in one piece with its end',
      `${HEADER}\n${'x'.repeat(LONGEST_RECORD + 1)}\n${ROW}\n`,
      /line 2: expected a row of at most/,
    ],
    ['a header without end', 'x'.repeat(LONGEST_RECORD + 1), /expected a header line/],
    ['a needed column twice', `${HEADER},voucher_amount\n`, /one column "voucher_amount", found two/],
    ['missing columns', missing, /"last_order_ts".*"total_orders" \(closest match: "Total Order"\)/],
    ['missing columns', missing, /expected in all: timestamp, .*found: timestamp, country_code, /],
    ['no column at all', 'a\n1\n', /columns "timestamp", "country_code".*found: a\./],
  ])('is refused: %s', (_, text, message) => {
    expect(() => readPieces([text])).toThrow(message);
    expect(() => readPieces([text])).toThrow(DataError);
  });
});

describe('a record in quotes that is about as long as one may be', () => {
  it.each([-1, 0, 1, 100])('is read alike in one piece and in many, %d characters longer', (more) => {
    const start = `${ROW},"${'a'.repeat(1000)}\n`;
    const text = `${HEADER},note\n${start}${'x'.repeat(LONGEST_RECORD + more - start.length - 1)}"\n${ROW},b\n`;
    const read = readPieces([text]);
    expect(read.rows).toHaveLength(more > 0 ? 1 : 2);
    expect(readPieces(cut(text, [LONGEST_RECORD - 5000, text.length - 100]))).toEqual(read);
    expect(readPieces(cut(text, [100, LONGEST_RECORD + HEADER.length + 6]))).toEqual(read);
  });
});

describe('a file that is full of broken quotes', () => {
  it.each(Object.entries(HOSTILE))('is looked through a few times at most: %s', (_, unit) => {
    const pieces = hostilePieces(unit, 3 << 20);
    const length = pieces.join('').length;
    const scanned = countScanned();
    readPieces(pieces);
    // Line ends, quotes and delimiters are looked for one by one, and a line may be read twice.
    expect(scanned() / length).toBeLessThan(24);
  });

  it('gives what the rule alone gives: one line is lost for each quote that is broken', () => {
    const unit = fc.constantFrom(
      'a',
      ',',
      '"',
      '"',
      '""',
      '\n',
      '\n',
      '\r\n',
      ' ',
      '\t',
      `${ROW}\n`,
      `"${ROW}\n`,
    );
    const many = fc.array(fc.tuple(unit, fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(many, places, (units, cuts) => {
        const text = `${HEADER}\n${units.map(([one, times]) => one.repeat(times)).join('')}\n`;
        const { rows, malformed } = readPieces(cut(text, cuts));
        const bare = malformed.map(({ line, fields }) => ({
          line,
          text: fields.join().replaceAll(/\s/g, ''),
        }));
        const byRule = readByRule(text);
        expect(bare).toEqual(byRule.malformed);
        expect(rows.map(withoutSpaces)).toEqual(byRule.rows.map(withoutSpaces));
      }),
      { numRuns: runs(400) },
    );
  });
});

/**
 * The rule takes white space before any quote away, the reader only where the quote opens a field: they differ where a field in
 * quotes has a line or a comma, white space, and then a quote or its end.
 */
function withoutSpaces({ line, row }: Read['rows'][number]) {
  const tight = (text: string) => text.replaceAll(/(^|[,\n])[ \t]+(?="|$)/g, '$1');
  return { line, fields: Object.entries(row).map(([name, text]) => [name, tight(text)]) };
}

/** The records of a text that ends in a line end, one after the other, each by itself. */
function readByRule(text: string) {
  const read = { rows: [] as Read['rows'], malformed: [] as { line: number; text: string }[] };
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n', preview: 1, fastMode: false });
  // White space before an opening quote is no part of the field.
  let rest = text.slice(text.indexOf('\n') + 1).replaceAll(/(^|[,\n])[ \t]+(?=")/g, '$1');
  for (let line = 2; rest !== ''; ) {
    const { data, errors, meta } = parser.parse(rest, 0, true) as Papa.ParseResult<string[]>;
    const raw = rest.slice(0, meta.cursor);
    const whole = data.length > 0 && (errors.length === 0 || raw.indexOf('\n') === raw.length - 1);
    const taken = whole ? raw : rest.slice(0, rest.indexOf('\n') + 1);
    const fields = whole
      ? (data[0] ?? []).map((field) => field.replace(/\r$/, ''))
      : taken.slice(0, -1).split(',');
    const isWide = fields.length === FIELDS.length + 1 && fields.at(-1)?.trim() === '';
    if ((fields.length === FIELDS.length || isWide) && whole) {
      const row = Object.fromEntries(FIELDS.map((name, index) => [name, fields[index]])) as unknown as RawRow;
      read.rows.push({ line, row });
    } else if (!whole || fields.join(',').trim() !== '') {
      read.malformed.push({ line, text: fields.join().replaceAll(/\s/g, '') });
    }
    line += taken.split('\n').length - 1;
    rest = rest.slice(taken.length);
  }
  return read;
}
