/** Exports whose amounts, orders and countries are written in other ways. */
import { csv, type ExportCase, HEALTHY_ROWS, LINES, QUOTED_LINES, withValues } from './export-rows.ts';

const SUCH_AMOUNTS =
  /voucher_amount: \d of 4 rows \(\d+%\) ha(?:s|ve) a value that cannot be read as an amount, such as .* \(.*:[2-5]\)/;

const NUMBERS: readonly ExportCase[] = [
  ...(
    [
      ['a decimal comma', ['10,00', '20,00', '30,50', '1000,00'], { decimal: ',' }],
      [
        'a decimal comma beside a grouping point',
        ['10', '20', '30,5', '1.000'],
        { decimal: ',', grouping: '.' },
      ],
      ['a grouping comma', ['10', '20', '30.5', '1,000'], { grouping: ',' }],
      ['a grouping no-break space', ['10', '20', '30.5', '1\u00a0000'], { grouping: ' ' }],
      ['euro signs', ['€ 10', '20 €', '30.5 EUR', '€1000'], { currency_signs: ['€', 'EUR'] }],
      ['one euro sign', ['10', '20 €', '30.5', '1000'], { currency_signs: ['€'] }],
      ['a currency in each', ['10 EUR', '20 EUR', '30.5 EUR', '1000 EUR'], { currency_signs: ['EUR'] }],
      ['the sign of Peru', ['S/ 10', 'S/ 20', 'S/ 30.5', 'S/ 1000'], { currency_signs: ['S/'] }],
      ['a sign of China', ['10元', '20元', '30.5元', '1000元'], { currency_signs: ['元'] }],
      ['a minus sign and parentheses', ['-10', '20', '30.5', '(1000)'], null],
      ['percent', ['10%', '20%', '30.5', '1000'], null],
      ['number signs of a column that is too narrow', ['####', '####', '####', '####'], null],
    ] as const
  ).map(
    ([name, values, numbers]): ExportCase => ({
      name: `amounts with ${name}`,
      content: csv(withValues('amount', values), ';'),
      right: SUCH_AMOUNTS,
      ...(numbers && { settings: { numbers } }),
    }),
  ),
  ...(
    [
      ['digits of another script', ['\uff11\uff10', '\u0662\u0660', '30.5', '1000']],
      ['words', ['true', '20', '30.5', '1000']],
    ] as const
  ).map(
    ([name, values]): ExportCase => ({
      name: `amounts with ${name}`,
      content: csv(withValues('amount', values)),
      right: /such as .*; write numbers from 0 up in the digits 0 to 9, such as 12\.5 or 1e3/,
    }),
  ),
  {
    name: 'amounts in two currencies',
    content: csv(withValues('amount', ['10 €', '20 $', '30.5', '1000'])),
    right:
      /voucher_amount: 2 of 4 rows .*; "€" and "\$" are of different currencies, whose amounts are never added/,
  },
  {
    name: 'amounts with three signs, of which one is of another currency',
    content: csv(withValues('amount', ['€ 10', '20 €', '30.5 EUR', '$1000'])),
    right: /voucher_amount: 4 of 4 rows .*; "€" and "\$" are of different currencies/,
  },
  {
    name: 'amounts whose commas group thousands or are decimal marks',
    content: csv(withValues('amount', ['1,000', '2,000', '3,000', '4,000']), ';'),
    right:
      /; if the comma groups thousands, set numbers to \{"decimal":"\.","grouping":","\} in the config to read them, and if it is the decimal mark, to \{"decimal":",","grouping":""\}/,
    settings: { numbers: { grouping: ',' } },
    amounts: { Peru: [1000, 2000], China: [3000, 4000] },
  },
  {
    name: 'amounts that are grouped as in India',
    content: csv(withValues('amount', ['10', '20', '30.5', '1,00,000']), ';'),
    right: SUCH_AMOUNTS,
    settings: { numbers: { grouping: ',' } },
    amounts: { Peru: [10, 20], China: [30.5, 100000] },
  },
  {
    name: 'amounts with a space between thousands and no decimal mark',
    content: csv(withValues('amount', ['10', '20', '30', '1 000'])),
    right: /; set numbers to \{"decimal":"\.","grouping":" "\} in the config to read them/,
    settings: { numbers: { grouping: ' ' } },
    amounts: { Peru: [10, 20], China: [30, 1000] },
  },
  {
    name: 'amounts whose points all have three digits after them',
    content: csv(withValues('amount', ['1.000', '2.000', '3.500', '1.250'])),
    right: 1,
    amounts: { Peru: [1, 2], China: [1.25, 3.5] },
    warns:
      /each "\." has three digits after it, .*such as "1\.000" \(.*:2\); if it groups thousands, set numbers to \{"decimal":",","grouping":"\."\}/,
  },
  {
    name: 'a thousand with a point and a comma',
    content: csv(withValues('amount', ['10,00', '20,00', '1.234,50', '2.000']), ';'),
    right: SUCH_AMOUNTS,
    settings: { numbers: { decimal: ',', grouping: '.' } },
    amounts: { Peru: [10, 20], China: [1234.5, 2000] },
  },
  {
    name: 'orders with an exponent and a plus',
    content: csv(withValues('orders', ['+3', '7', '1.5e1', '4e1'])),
    right: 1,
  },
  {
    name: 'orders with a decimal comma and an exponent',
    content: csv(
      withValues('orders', ['3', '7', '15', '4,00E+01']).map((row) =>
        row.with(5, (row[5] ?? '').replace('.', ',')),
      ),
      ';',
    ),
    right:
      /total_orders: 1 of 4 rows \(25%\) .* such as "4,00E\+01" \(.*:5\); set numbers to .*"decimal":","/,
    settings: { numbers: { decimal: ',' } },
    score: 'some',
  },
  {
    name: 'orders with a grouping comma',
    content: csv(withValues('orders', ['3', '7', '15', '"1,234"'])),
    right: /total_orders: 1 of 4 rows \(25%\) .* such as "1,234" \(.*:5\); set numbers to .*"grouping":","/,
    settings: { numbers: { grouping: ',' } },
    score: 'some',
  },
];

const COUNTRIES: readonly ExportCase[] = [
  {
    name: 'countries with doubled, no-break and invisible spaces',
    content: csv(
      withValues('country', ['Costa Rica', 'Costa  Rica', 'Costa\u00a0\u200b Rica', 'Costa Rica']),
    ),
    right: 1,
    amounts: { 'Costa Rica': [10, 20, 30.5, 1000] },
  },
  {
    name: 'null words for countries',
    content: csv([
      ...Array(10).fill(HEALTHY_ROWS).flat(),
      ...['NULL', '\\N', 'None', 'nan', 'N/A', '-'].map((word) => HEALTHY_ROWS[0]?.with(1, word) ?? []),
    ]),
    right: 10,
    dropped: 6,
    score: 'some',
  },
  {
    name: 'Namibia',
    content: csv(withValues('country', ['NA', 'NA', 'NA', 'NA'])),
    right: 1,
    amounts: { NA: [10, 20, 30.5, 1000] },
  },
  { name: 'spaces before quotes', content: QUOTED_LINES.join('\n').replaceAll(',', ', '), right: 1 },
  {
    name: 'spaces before some quotes, beside rows without',
    content: [
      LINES[0],
      ...LINES.slice(1).map((row) => row.replace(/(Peru|China)/, ' "$1"').replaceAll(',2', ', 2')),
      ...LINES.slice(1),
    ].join('\n'),
    right: 2,
  },
  {
    name: 'countries with marks of the direction of text',
    content: csv([
      ...HEALTHY_ROWS,
      ...HEALTHY_ROWS,
      ...withValues('country', ['\u202bPeru\u202c', 'Pe\u2066ru\u2069', 'China', '\u061cChina\u202d']),
    ]),
    right: 3,
  },
  ...(
    [
      ['of an error of a spreadsheet', '#REF!'],
      ['of UTF-8 that was read as Latin-1', 'Per\u00c3\u00ba'],
      ['with a replacement character', 'Per\ufffd'],
      ['with a character of HTML', 'Per&uacute;'],
    ] as const
  ).map(
    ([name, country]): ExportCase => ({
      name: `countries ${name}`,
      content: csv(withValues('country', [country, country])),
      right: 1,
      amounts: { [country]: [10, 20], China: [30.5, 1000] },
      warns: /2 rows have a country that is damaged text or an error of a spreadsheet, "(?:#REF!|Per.*)"/,
    }),
  ),
  {
    name: 'countries in single quotes',
    content: csv(withValues('country', ["'Peru'", "'Peru'", "'China'", "'China'"])),
    right: 1,
    amounts: { "'Peru'": [10, 20], "'China'": [30.5, 1000] },
    warns: /4 rows have a country in quotes, "'(?:Peru|China)'"/,
  },
];

export const VALUE_EXPORTS: readonly ExportCase[] = [...NUMBERS, ...COUNTRIES];
