import { csv, type ExportCase, HEADER, HEALTHY_ROWS, withValues } from './export-rows.ts';
import { MARKED_TIMES } from './marked-times.ts';

/** Exports with the marks of the program that wrote them: numbers, rulers, totals, footers, commas after objects. */

const NUMBERS: readonly ExportCase[] = [
  ...(
    [
      ['formulas', ['"=""10"""', '"=""20"""', '30.5', '1000'], /; Excel marks text with = and quotes/],
      ['apostrophes', ["'10", "'20", '30.5', '1000'], /; Excel marks text with = and quotes/],
      ['a space before percent', ['10 %', '20 %', '30.5', '1000'], /; percentages are not read/],
      ['a minus sign of print', ['\u221210', '20', '30.5', '1000'], /; numbers below 0 are not read/],
      ['a minus sign after them', ['10-', '20', '30.5', '1000'], /; numbers below 0 are not read/],
      ['Arabic digits', ['\u0661\u0660', '20', '30.5', '1000'], /; digits other than 0 to 9 are not read/],
      ['booleans', ['TRUE', 'false', '30.5', '1000'], /; true and false are no numbers/],
    ] as const
  ).map(
    ([name, values, right]): ExportCase => ({
      name: `amounts that have ${name}`,
      content: csv(withValues('amount', values), ';'),
      right,
    }),
  ),
  ...(
    [
      ['a code before them', ['EUR 10', 'EUR 20', 'EUR30', 'EUR 1000'], { currency_signs: ['EUR'] }],
      ['a code after them', ['10EUR', '20 EUR', '30EUR', '1000EUR'], { currency_signs: ['EUR'] }],
      ['apostrophes between thousands', ['10', '20', '30', "1'000"], { grouping: "'" }],
      ['figure spaces between thousands', ['10', '20', '30', '1\u2007000'], { grouping: ' ' }],
    ] as const
  ).map(
    ([name, values, numbers]): ExportCase => ({
      name: `whole amounts with ${name}`,
      content: csv(withValues('amount', values)),
      // Nothing in them speaks for another decimal mark than that of the config.
      right: /; set numbers to \{"decimal":"\."[^{]* in the config to read them;/,
      settings: { numbers },
      amounts: { Peru: [10, 20], China: [30, 1000] },
    }),
  ),
];

const jsonLines = (more: Record<string, unknown>, between: string) =>
  HEALTHY_ROWS.map((row) => {
    const members = HEADER.split(',').map((name, at) => [name, at > 3 ? Number(row[at]) : row[at]]);
    return JSON.stringify({ ...Object.fromEntries(members), ...more });
  }).join(between);

const ROWS: readonly ExportCase[] = [
  {
    name: 'countries as Excel marks text, and with control characters',
    content: csv(withValues('country', ['="Peru"', '="Peru"', 'Chi\u001bna', 'Chi\u001bna'])),
    right: 1,
    amounts: { '="Peru"': [10, 20], 'Chi\u001bna': [30.5, 1000] },
    warns:
      /2 rows have a country in quotes, "=\\"Peru\\"", .*\n.*2 rows have a country that is damaged text or an error of a spreadsheet, "Chi\\u\{1B\}na"/,
  },
  { name: 'a sequence of JSON texts', content: `\x1e${jsonLines({}, '\n\x1e')}\n`, right: 1 },
  { name: 'JSON lines with a comma after each', content: `${jsonLines({}, ',\n')}\n`, right: 1 },
  {
    name: 'JSON lines with a space and a comma after each',
    content: `${jsonLines({}, ' ,\n')} ,\n`,
    right: 1,
  },
  {
    name: 'more orders in JSON lines than a request can name',
    content: `${jsonLines({ total_orders: 1e30 }, '\n')}\n`,
    right: 1,
    amounts: { Peru: [10, 20], China: [30.5, 1000] },
  },
  {
    name: 'more orders than a request can name',
    content: csv(withValues('orders', ['1e30', '12345678901234567890', '9007199254740993', '1e300'])),
    right: 1,
    amounts: { Peru: [10, 20], China: [30.5, 1000] },
  },
  {
    name: 'rows of nothing but commas',
    content: `${csv(HEALTHY_ROWS)} , ,"",,,\n`,
    right: 1,
    dropped: 1,
    warns: /1 of 5 rows has neither a country nor a time that can be read: leave out blank rows and totals/,
    score: 'some',
  },
  {
    name: 'a row of totals',
    content: `${csv(HEALTHY_ROWS)}Total,,,,65,1060.5\n`,
    right: 1,
    dropped: 1,
    warns: /such as "Total" \(.*:6\).*; leave out lines of dashes and totals/,
    score: 'some',
  },
  {
    name: 'a total in the column of countries',
    content: `${csv(HEALTHY_ROWS)},Grand Total,,,65,1060.5\n`,
    right: 1,
    dropped: 1,
    warns: /country_code: 1 row has a country that is a total or no name, "Grand Total", .* leave out totals/,
  },
  {
    name: 'totals in other languages',
    content: csv([
      ...HEALTHY_ROWS,
      ...withValues('country', ['Gesamtergebnis', 'Total général', 'Suma końcowa', 'Peru Total']),
      ...withValues('country', ['Итого', 'Общий итог', '总计', '合計']),
    ]),
    right: 3,
    amounts: {
      Peru: [10, 20],
      China: [30.5, 1000],
      Gesamtergebnis: [10],
      'Total général': [20],
      'Suma końcowa': [30.5],
      'Peru Total': [1000],
      Итого: [10],
      'Общий итог': [20],
      总计: [30.5],
      合計: [1000],
    },
    warns: /country_code: 8 rows have a country that is a total or no name, /,
  },
  {
    name: 'a row of totals in German',
    content: `${csv(HEALTHY_ROWS)}Gesamt,,,,65,1060.5\n`,
    right: 1,
    dropped: 1,
    warns:
      /1 of 5 rows \(20%\) has a value .* such as "Gesamt" \(.*:6\).*; leave out lines of dashes and totals/,
    score: 'some',
  },
  {
    name: 'countries of a sheet that was still loading, and of a report',
    content: csv([...HEALTHY_ROWS, ...withValues('country', ['Loading...', '(Blank)', 'Somalia', 'Togo'])]),
    right: 2,
    amounts: {
      Peru: [10, 20],
      China: [30.5, 1000],
      'Loading...': [10],
      '(Blank)': [20],
      Somalia: [30.5],
      Togo: [1000],
    },
    warns: /country_code: 2 rows have a country that is a total or no name, /,
  },
  {
    name: 'countries that are not known',
    content: csv([...HEALTHY_ROWS, ...withValues('country', ['?', 'Unknown', '(not set)', '\u2014'])]),
    right: 2,
    amounts: {
      Peru: [10, 20],
      China: [30.5, 1000],
      '?': [10],
      Unknown: [20],
      '(not set)': [30.5],
      '\u2014': [1000],
    },
    warns: /country_code: 4 rows have a country that is a total or no name, /,
  },
  {
    name: 'a line of dashes under the header',
    content: csv([HEADER.split(',').map(() => '-----'), ...HEALTHY_ROWS]),
    right: 1,
    dropped: 1,
    warns: /such as "-----" \(.*:2\).*; leave out lines of dashes and totals/,
    score: 'some',
  },
  {
    name: 'a backslash before a delimiter, at the end of a long row',
    content: `${csv(HEALTHY_ROWS, '|')}${(HEALTHY_ROWS[0] ?? []).join('|')}\\|0`,
    right: 1,
    dropped: 1,
    warns:
      /line 6 of .* has 7 fields, and the header 6 \(a backslash before a delimiter is not read: put the field into quotes\)/,
  },
  {
    name: 'the footer of an SQL tool',
    content: `${csv(HEALTHY_ROWS)}\n(4 rows affected)\n`,
    right: 1,
    dropped: 1,
    warns: /line 7 of .* has 1 field, and the header 6: "\(4 rows affected\)"/,
  },
];

/** The healthy rows in columns, with a ruler under their names. */
function drawn(before: string, corner: string, after: string): string {
  const lines = [HEADER.split(','), ...HEALTHY_ROWS].map((row) =>
    row.map((field) => field.padEnd(19)).join(' | '),
  );
  const ruler = HEADER.split(',')
    .map(() => '-'.repeat(19))
    .join(corner);
  return [lines[0] ?? '', ruler, ...lines.slice(1)].map((line) => `${before}${line}${after}\n`).join('');
}
const DRAWN = /a table drawn for people: export it as CSV/;

const FORMATS: readonly ExportCase[] = [
  ...(['_source', 'payload'] as const).map(
    (name): ExportCase => ({
      name: `JSON lines with rows within ${name}`,
      content: HEALTHY_ROWS.map(([timestamp, country_code]) =>
        JSON.stringify({ id: 1, [name]: { timestamp, country_code } }),
      ).join('\n'),
      right: new RegExp(
        `expected the columns as members of each object, found them within "${name}": export what is in it alone`,
      ),
      score: 'none',
    }),
  ),
  {
    name: 'a table that mysql drew',
    content: '+-----------+------+\n| timestamp | a    |\n+-----------+------+\n',
    right: /a table drawn for people: export it as CSV/,
    score: 'none',
  },
  { name: 'a table that psql drew', content: drawn('', '-+-', ''), right: DRAWN, score: 'none' },
  { name: 'a table in Markdown', content: drawn('| ', ' | ', ' |'), right: DRAWN, score: 'none' },
  ...(
    [
      ['CSV', csv(HEALTHY_ROWS)],
      ['Parquet', 'PAR1\x15\x04\x15\xe0\x01\x15\xe8\x01L\x15\x1c\x15\0\x12\0\0\x1c(\x18\x0b\0\0\0timestamp'],
    ] as const
  ).map(
    ([what, content]): ExportCase => ({
      name: `${what} in base64`,
      content: `${btoa(content)}\n`,
      right: /found text in base64: decode it first/,
      score: 'none',
    }),
  ),
  {
    name: 'a part of a dump of PostgreSQL',
    content: 'COPY public.history (timestamp, country_code) FROM stdin;\n2026-05-01\tPeru\n\\.\n',
    right: /found SQL: export the table as CSV/,
    score: 'none',
  },
  {
    name: 'text in EBCDIC',
    content: Uint8Array.from([
      0xa3, 0x89, 0x94, 0x85, 0x6b, 0x83, 0x96, 0xa4, 0x95, 0xa3, 0x25, 0xf1, 0x6b, 0xf2,
    ]),
    right: /It is not UTF-8: save it as text in UTF-8, or unpack it first/,
    score: 'none',
  },
];

export const MARKED_EXPORTS: readonly ExportCase[] = [...MARKED_TIMES, ...NUMBERS, ...ROWS, ...FORMATS];
