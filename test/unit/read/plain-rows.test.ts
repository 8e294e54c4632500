import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainRows } from '../../../build/engines/plain/plain-rows.ts';
import { CsvLines } from '../../../build/read/csv-lines.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { cubeText } from '../../../src/core/cube/cube-json.ts';
import { type Dropped, RowCounter } from '../../../src/core/cube/row-counter.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { CsvReader } from '../../../src/core/history/csv.ts';
import { decodeWithBadBytes } from '../../../src/core/history/utf8.ts';
import { shippedConfig } from '../../support/histories.ts';
import { numberTexts, oddRows, timeTexts } from '../../support/odd-rows.ts';
import { runs } from '../../support/runs.ts';

interface Outcome {
  said: unknown;
  /** Lines that were taken as bytes. */
  plain: number;
}

/** What is counted of a file in pieces that are cut at the ends of lines, read as text alone or plain lines as bytes. */
function outcome(pieces: readonly Buffer[], config: Config, { asBytes = true, rejects = true }): Outcome {
  const dropped: Dropped[] = [];
  const counter = new RowCounter(
    config,
    new Cube(cubeLayout(config)),
    rejects ? (row) => dropped.push(structuredClone(row)) : null,
  );
  const reader = new CsvReader(counter);
  const rows = new PlainRows(config, counter, { dropped: !rejects, bytes: 1 });
  let plain = 0;
  const lines = new CsvLines(reader, (shape) => {
    const taking = rows.of(shape);
    const take: NonNullable<typeof taking>['take'] = (...from) => {
      const taken = taking?.take(...from) ?? { at: from[1], lines: 0 };
      plain += taken.lines;
      return taken;
    };
    return taking && { take };
  });
  const told = () => {
    const { notes, rows } = counter;
    return { cube: cubeText(counter.cube), rows, notes, dropped, state: reader.state };
  };
  try {
    for (const piece of pieces) {
      const lent = Buffer.from(piece);
      if (asBytes) lines.push(lent);
      else reader.push(decodeWithBadBytes(piece));
      // Files are read into memory that is used again.
      lent.fill('x');
    }
    reader.end();
    rows.end();
    return { said: told(), plain };
  } catch (error) {
    return { said: (error as Error).message, plain };
  }
}

function expectSame(pieces: readonly Buffer[], config: Config, rejects: boolean): number {
  const { said, plain } = outcome(pieces, config, { rejects });
  expect(said).toEqual(outcome(pieces, config, { rejects, asBytes: false }).said);
  return plain;
}

const COLUMNS: readonly string[] = [...FIELDS, 'more'];
const usual: fc.Arbitrary<Record<string, string>> = fc.record({
  timestamp: fc.constantFrom(
    '2018-07-21 18:59:21.102761',
    '2018-07-21T00:00:00Z',
    '2018-07-21 18:59:21+00:00',
    '2018-07-21 18:59:21.5+00',
    '2018-07-21 18:59:21+0000',
    '2018-07-21 18:59:21+0030',
    '2018-07-21 18:59:21+00:',
    '2018-07-21',
    '2020-02-29 23:59:59',
  ),
  country_code: fc.constantFrom(
    'Peru',
    'Peru ',
    'PERU',
    'Perú',
    'Côte d’Ivoire',
    'null',
    'N/A',
    ' ',
    'é\u200b',
  ),
  last_order_ts: fc.constantFrom(
    '2018-04-20',
    '2018-07-20 18:59:22',
    '2018-07-21 18:59:21.9',
    '2018-07-22',
    '2099-12-31',
  ),
  first_order_ts: fc.constantFrom(
    '2018-04-17 00:00:00',
    '2019-01-01',
    '',
    '""',
    '1969-12-31',
    '2101-01-01 00:00:00',
  ),
  total_orders: fc.constantFrom(
    '0',
    '1.0',
    '12',
    '12.',
    '1.5',
    '1,0',
    '',
    '""',
    '123456789',
    '1234567890',
    '1.0000000',
    '007',
  ),
  voucher_amount: fc.constantFrom(
    '4400',
    '4400.0',
    '29.65',
    '0.1',
    '1.005',
    '',
    '""',
    '999999999.999999',
    '1.234567',
    '3,5',
    '1.000',
  ),
  more: fc.constantFrom('', 'x', '""', '"a,b"', 'é', 'a"b', '\0', '\x1a'),
});
/** A field with one character in place of another, or more: any text is near to one that is plain. */
const edits = fc.record({
  column: fc.nat({ max: COLUMNS.length - 1 }),
  at: fc.nat({ max: 30 }),
  removed: fc.nat({ max: 2 }),
  put: fc.constantFrom(
    '',
    ...'0123456789-:. TZ,;"\n\r\t|/+eé\0\x1a',
    '\r\n',
    '""',
    '24',
    '60',
    '31',
    '00',
    '\ud800',
  ),
});
const lines = fc.array(
  fc.tuple(
    usual,
    fc.option(edits, { freq: 3 }),
    fc.option(fc.tuple(oddRows, timeTexts, numberTexts), { freq: 8 }),
    // The columns that are in quotes, as bits.
    fc.oneof(fc.constant(0), fc.constant(127), fc.nat({ max: 127 })),
  ),
  { maxLength: 30 },
);
const files = fc.record({
  lines,
  columns: fc
    .shuffledSubarray([...COLUMNS], { minLength: 6 })
    .filter((columns) => FIELDS.every((field) => field === 'first_order_ts' || columns.includes(field))),
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
  ended: fc.boolean(),
  bad: fc.option(fc.nat(), { freq: 10 }),
  rejects: fc.boolean(),
  decimal: fc.constantFrom('.', ','),
  pieces: fc.integer({ min: 1, max: 4 }),
});

function rowOf(
  [row, edit, odd, quoted]: typeof lines extends fc.Arbitrary<(infer Line)[]> ? Line : never,
  columns: readonly string[],
) {
  const [oddRow, time, number] = odd ?? [];
  const texts: Record<string, string> = odd
    ? { ...row, ...oddRow, first_order_ts: time ?? '', voucher_amount: number ?? '' }
    : row;
  return columns.map((column) => {
    const text = texts[column] ?? '';
    const mark = ((quoted >> COLUMNS.indexOf(column)) & 1) === 1 ? '"' : '';
    if (edit === null || COLUMNS[edit.column] !== column) return mark + text + mark;
    const at = Math.min(edit.at, text.length);
    return mark + text.slice(0, at) + edit.put + text.slice(at + edit.removed) + mark;
  });
}

/** Cuts bytes after line feeds. */
function cut(bytes: Buffer, pieces: number): Buffer[] {
  const cuts: Buffer[] = [];
  let from = 0;
  for (let piece = 1; piece < pieces; piece++) {
    const to = bytes.indexOf(10, Math.floor((bytes.length * piece) / pieces)) + 1;
    if (to > from) cuts.push(bytes.subarray(from, to));
    from = Math.max(from, to);
  }
  return [...cuts, bytes.subarray(from)];
}

it('a line that is counted from its bytes is counted as its text is, and lines that are not plain are left to the text', {
  timeout: 120_000,
}, () => {
  let plain = 0;
  fc.assert(
    fc.property(files, ({ lines, columns, delimiter, lineEnd, ended, bad, rejects, decimal, pieces }) => {
      const rows = lines.map((line) => rowOf(line, columns).join(delimiter));
      const bytes = Buffer.from([columns.join(delimiter), ...rows].join(lineEnd) + (ended ? lineEnd : ''));
      if (bad !== null) bytes[bad % bytes.length] = 0xff;
      const numbers = { decimal, grouping: decimal === '.' ? '' : '.', currency_signs: [] };
      plain += expectSame(cut(bytes, pieces), shippedConfig({ numbers }), rejects);
    }),
    { numRuns: runs(1_000) },
  );
  expect(plain).toBeGreaterThan(0);
});

const HEADER = FIELDS.join(',');

it('all lines of the usual forms are plain, in quotes or not, after the first ones that tell what the decimal mark is', () => {
  const row = '2018-07-21 18:59:21.102761,Latvia,2018-04-20,2018-04-17 00:00:00,"",4400.0\r\n';
  const dated = '2018-07-21T18:59:21+00:00,Côte d’Ivoire,2018-04-20,,3.0,29.65\n';
  const bytes = Buffer.from(`${HEADER}\n${dated}${row.repeat(50)}${dated.repeat(50)}`);
  const header = bytes.indexOf(10) + 1;
  const quoted = Buffer.from(bytes.toString().replaceAll(/([^,\r\n"]+)/g, '"$1"'));
  for (const rejects of [false, true]) {
    const pieces = [bytes.subarray(0, header), bytes.subarray(header)];
    expect(expectSame(pieces, shippedConfig(), rejects)).toBe(100);
    const quotedHeader = quoted.indexOf(10) + 1;
    const inQuotes = [quoted.subarray(0, quotedHeader), quoted.subarray(quotedHeader)];
    expect(expectSame(inQuotes, shippedConfig(), rejects)).toBe(100);
  }
});

it('segments of all quantities and periods of all lengths are counted from bytes as from text', () => {
  const bands = (...edges: number[]) =>
    edges.map((min, at) => ({ name: `from ${min}`, min, max: (edges[at + 1] ?? 8) - 1 }));
  const segments = {
    weekday_segment: { of: 'weekday', bands: bands(1, 3, 7) },
    hour_segment: { of: 'hour', bands: bands(0, 5, 7) },
    order_segment: { of: 'total_orders', bands: bands(1, 4) },
  };
  const texts = Array.from({ length: 400 }, (_, at) => {
    const time = new Date(at * 9_876_543_210).toISOString().replace('T', ' ').slice(0, 19);
    return `${time},Peru,1970-01-01,,${at % 9},${at % 4}\n`;
  });
  const bytes = Buffer.from(`${HEADER}\n${texts.join('')}`);
  const header = bytes.indexOf(10) + 1;
  for (const period of ['month', 'week', 'day']) {
    const pieces = [bytes.subarray(0, header), bytes.subarray(header)];
    expect(expectSame(pieces, shippedConfig({ period, segments }), false)).toBe(400);
  }
});

it('more cells and countries than there is memory for are counted all the same', () => {
  const texts = Array.from(
    { length: 40_000 },
    (_, at) => `2018-07-21,C${at % 1_100},2018-04-20,,${at % 7},${at % 20_011}\n`,
  );
  const bytes = Buffer.from(`${HEADER}\n${texts.join('')}`);
  const header = bytes.indexOf(10) + 1;
  const pieces = [bytes.subarray(0, header), bytes.subarray(header)];
  expect(expectSame(pieces, shippedConfig(), false)).toBeGreaterThan(20_000);
});

it('a column that is two fields, or of decimals that are split, is no plain one', () => {
  const one = { ...shippedConfig().columns, first_order_ts: 'last_order_ts' as Field };
  const bytes = Buffer.from(`${HEADER}\n2018-07-21,Peru,2018-04-20,2018-04-17,3,4\n`);
  expect(outcome([bytes], shippedConfig({ columns: one }), {}).plain).toBe(0);
});
