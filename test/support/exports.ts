/**
 * Exports as programs write them, small, each with what is right: read by every engine, by uploads, by score and by a watch.
 * Plain text and bytes alone, so that the same table serves on every runtime.
 */
import { csv, type ExportCase, HEADER, HEALTHY_CSV, HEALTHY_ROWS, timed, withValues } from './export-rows.ts';
import { MARKED_EXPORTS } from './marked-exports.ts';
import { PACKED_EXPORTS } from './packed-exports.ts';

export { csv, type ExportCase, HEADER, HEALTHY_CSV, HEALTHY_ROWS };

const seconds = (time: string) => Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;
const lines = HEALTHY_CSV.trimEnd().split('\n');
const rows = lines.slice(1);
const quotedLines = lines.map((line) => `"${line.replaceAll(',', '","')}"`);
const german = (time: string) => time.replace(/^(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d):\d\d$/, '$3.$2.$1 $4');
const us = (time: string) =>
  time.replace(
    /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):\d\d$/,
    (_, y, m, d, h, min) =>
      `${Number(m)}/${Number(d)}/${y} ${Number(h) % 12 || 12}:${min} ${Number(h) < 12 ? 'AM' : 'PM'}`,
  );

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'December'];
const named = (time: string) =>
  time.replace(/^(\d{4})-(\d\d)-(\d\d) (.*)$/, (_, y, m, d, rest) =>
    Number(m) % 2
      ? `"${NAMES[m - 1]} ${Number(d)}, ${y}, ${rest}"`
      : `${d}-${NAMES[m - 1]}-${y} ${rest} +0000`,
  );

const SUCH_AMOUNTS =
  /voucher_amount: \d of 4 rows \(\d+%\) ha(?:s|ve) a value that cannot be read as an amount, such as .* \(.*:[2-5]\)/;

const UNREADABLE: readonly ExportCase[] = [
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
  { name: 'spaces before quotes', content: quotedLines.join('\n').replaceAll(',', ', '), right: 1 },
  {
    name: 'spaces before some quotes, beside rows without',
    content: [
      lines[0],
      ...rows.map((row) => row.replace(/(Peru|China)/, ' "$1"').replaceAll(',2', ', 2')),
      ...rows,
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

const PADDED = /lines of nothing but NUL or Ctrl-Z characters are passed over/;

/** The columns the other way round. */
function reordered(text: string): string {
  return text.replaceAll(/.+/g, (line) => line.split(',').reverse().join(','));
}

const SHAPES: readonly ExportCase[] = [
  {
    name: 'records of lone CRs',
    content: `${HEALTHY_CSV}${Array(50).fill(rows.join('\r')).join('\r')}\n`,
    right: 51,
  },
  {
    name: 'a mark before a quote in the middle',
    content: `\ufeff${quotedLines.join('\n')}\n\ufeff${quotedLines.slice(1).join('\n')}`,
    right: 2,
  },
  { name: 'an empty name too many', content: HEALTHY_CSV.replace(HEADER, `${HEADER},`), right: 1 },
  {
    name: 'an empty field too many in each row',
    content: HEALTHY_CSV.replaceAll(/(\d)\n/g, '$1,\n'),
    right: 1,
  },
  {
    name: 'a number of the row without a name',
    content: [HEADER, ...rows.map((row, at) => `${at},${row}`), ''].join('\n'),
    right: /line 2 of .* has 7 fields, and the header 6/,
    score: 'none',
  },
  { name: 'sep=, and CRLF', content: `sep=,\r\n${HEALTHY_CSV.replaceAll('\n', '\r\n')}`, right: 1 },
  { name: 'sep=;', content: `sep=;\n${csv(HEALTHY_ROWS, ';')}`, right: 1 },
  {
    name: 'a name with a letter of another script',
    content: HEALTHY_CSV.replace('country_code', 'c\u043euntry_code'),
    right: /U\+043E/,
    score: 'none',
  },
  { name: 'names in upper case', content: HEALTHY_CSV.replace(HEADER, HEADER.toUpperCase()), right: 1 },
  {
    name: 'quotes after backslashes',
    content: lines
      .map((line, at) => `${line},${['note', '"He said \\"hi\\""', '"x"', '"y \\"z\\", w"', 'plain'][at]}`)
      .join('\n'),
    right: 1,
  },
  {
    name: 'lines in quotes as a whole',
    content: lines.map((line) => `"${line}"`).join('\n'),
    right: /Each line is in quotes as a whole/,
    score: 'none',
  },
  {
    name: 'lines of title before the header',
    content: `Voucher report\nGenerated 2026-05-05\n\n${HEALTHY_CSV}`,
    right: /The header is on line 4: remove the 3 lines before it/,
    score: 'none',
  },
  {
    name: 'names with ^ between them',
    content: HEALTHY_CSV.replaceAll(',', '^'),
    right: /The names have "\^" between them: export the file with a comma, semicolon, tab or \|/,
    score: 'none',
  },
  {
    name: 'a second header where exports were joined',
    content: `${HEALTHY_CSV.repeat(10)}`,
    right: 10,
    dropped: 9,
    warns: /timestamp: 9 of 49 rows .*; line 6 of .* is a second header: join exports without their headers/,
    score: 'some',
  },
  {
    name: 'a second header with columns in another order',
    content: `${HEALTHY_CSV}${reordered(HEALTHY_CSV)}`,
    right: /line 6: a second header has the columns in another order: make a file of what follows it/,
    score: 'none',
  },
  {
    name: 'a row of another shape',
    content: `${HEALTHY_CSV}2026-05-01,Peru\n`,
    right: 1,
    dropped: 1,
    warns: /1 of 5 rows \(20%\) is malformed, and dropped: line 6 of .* has 2 fields, and the header 6/,
  },
  { name: 'Ctrl-Z at the end', content: `${HEALTHY_CSV}\x1a`, right: 1, warns: PADDED },
  { name: 'Ctrl-Z on a line of its own', content: `${HEALTHY_CSV}\x1a\r\n`, right: 1, warns: PADDED },
  { name: 'NULs at the end', content: `${HEALTHY_CSV}${'\0'.repeat(3000)}`, right: 1, warns: PADDED },
  { name: 'no header', content: rows.join('\n'), right: /The first line looks like a row/, score: 'none' },
  {
    name: 'UTF-16 without a mark',
    content: utf16(HEALTHY_CSV),
    right: /UTF-16 without a byte order mark: save it as UTF-8/,
    score: 'none',
  },
  { name: 'UTF-16 with a mark', content: utf16(`\ufeff${HEALTHY_CSV}`), right: 1 },
  {
    name: 'bytes that are not UTF-8 in a column that is not used',
    content: latin1(lines.map((line, at) => `${line},${at === 0 ? 'note' : 'caf\xe9 \0'}`).join('\n')),
    right: 1,
  },
  {
    name: 'a country that is not UTF-8',
    content: latin1(csv(withValues('country', ['Peru', 'Per\xfa']))),
    right: /line 3: country_code is not UTF-8/,
    score: 'none',
  },
];

const objects = HEALTHY_ROWS.map((row) =>
  Object.fromEntries(HEADER.split(',').map((name, at) => [name, row[at] ?? ''])),
);
const jsonLines = (all: readonly object[], lineEnd = '\n') =>
  all.map((object) => JSON.stringify(object)).join(lineEnd);

const JSON_LINES: readonly ExportCase[] = [
  { name: 'JSON lines that end in CR', content: jsonLines(objects, '\r'), right: 1 },
  {
    name: 'JSON lines that end in CR and CRLF',
    content: `${jsonLines(objects, '\r')}\r\n${jsonLines(objects, '\r\n')}\r`,
    right: 2,
  },
  {
    name: 'NaN in JSON, as Python writes it',
    content: jsonLines(objects).replace('"voucher_amount":"10"', '"voucher_amount":NaN,"note":"NaN"'),
    right: 1,
    amounts: { Peru: [20], China: [30.5, 1000] },
  },
  {
    name: 'false for no country, in JSON',
    content: `${jsonLines(objects)}\n${jsonLines(objects).split('\n')[0]?.replace('"Peru"', 'false')}`,
    right: 1,
    dropped: 1,
    score: 'some',
  },
  {
    name: 'numbers for countries, in JSON',
    content: jsonLines(objects).replaceAll('"Peru"', '51').replaceAll('"China"', '86'),
    right: 1,
    amounts: { 51: [10, 20], 86: [30.5, 1000] },
  },
  {
    name: "dates and numbers of MongoDB's Extended JSON",
    content: jsonLines(
      objects.map((object) => ({
        ...object,
        timestamp: { $date: `${object.timestamp?.replace(' ', 'T')}.000Z` },
        last_order_ts: { $date: { $numberLong: String(1000 * seconds(object.last_order_ts ?? '')) } },
        first_order_ts: { $date: 1000 * seconds(object.first_order_ts ?? '') },
        total_orders: { $numberInt: object.total_orders },
        voucher_amount: { $numberDecimal: object.voucher_amount },
      })),
    ),
    right: 1,
  },
  {
    name: 'names in upper case, in JSON',
    content: jsonLines(objects).replaceAll(/"[a-z_]+":/g, (name) => name.toUpperCase()),
    right: 1,
  },
  {
    name: 'NULs after JSON lines',
    content: `${jsonLines(objects)}\n\0\0\0`,
    right: 1,
    warns: PADDED,
  },
  {
    name: 'objects in a field of JSON',
    content: jsonLines(objects.map((object) => ({ ...object, country_code: { code: 'PE' } }))),
    right:
      /found none: line 1 has an object or array in "country_code"|line 1: country_code: .* got an object/,
    score: 'none',
  },
  {
    name: 'objects of JSON on one line',
    content: jsonLines(objects, ''),
    right: /found none: line 1 is not a JSON object/,
    score: 'none',
  },
  {
    name: 'two members of JSON that are one column',
    content: jsonLines(objects).replaceAll('"country_code"', '"Country_Code":"X","COUNTRY_CODE"'),
    right: /(?:line 1: )?expected one column "country_code", found two/,
    score: 'none',
  },
];

const TIMES: readonly ExportCase[] = [
  ...(
    [
      ['an offset of hours alone', (time) => `${time}+00`],
      ['an offset without a colon', (time) => `${time.replace(' ', 'T')}.000+0000`],
      ['a space before the offset', (time) => `${time}.000 +0000`],
      ['UTC in letters', (time) => `${time} UTC`],
      ['small letters', (time) => `${time.replace(' ', 't')}z`],
      ['a comma before the fraction', (time) => `"${time},123"`],
      ['an hour of one digit', (time) => time.replace(' 0', ' ')],
      ['slashes', (time) => time.replaceAll('-', '/')],
    ] satisfies [string, (time: string) => string][]
  ).map(([name, form]): ExportCase => ({ name: `times with ${name}`, content: csv(timed(form)), right: 1 })),
  {
    name: 'times with a space before another offset',
    content: csv(timed((time) => `${time} -0400`)),
    right: 1,
    // Four hours later than those of the others.
    amounts: { Peru: [10, 20], China: [30.5, 1000] },
  },
  {
    name: 'times of two forms',
    content: csv([...HEALTHY_ROWS, ...timed((time) => `${time}+00`)]),
    right: 2,
  },
  {
    name: 'years of two digits',
    content: csv(timed((time) => time.replace(/^20(\d\d)-(\d\d)-(\d\d)/, '$3/$2/$1'))),
    right: /; a year of two digits is not read: export four/,
    score: 'none',
  },
  ...(
    [
      ['epoch_milliseconds', (time) => String(seconds(time) * 1000)],
      ['epoch_seconds', (time) => String(seconds(time))],
      ['excel_serial', (time) => (seconds(time) / 86_400 + 25_569).toFixed(5)],
      ['day_month_year', german],
      ['month_day_year', us],
      ['year_month_day', (time) => time.replaceAll(/[-:]/g, '').replace(' ', 'T')],
      ['month_name', named],
      ['year_month_day', (time) => `${time} GMT`],
    ] satisfies [string, (time: string) => string][]
  ).map(
    ([format, form]): ExportCase => ({
      name: `times of ${format}`,
      content: csv(timed(form)),
      right: new RegExp(
        `timestamp: 4 of 4 rows .* such as ".*" \\(.*:2\\).*set times\\.format to .*"${format}"|set times\\.format to "${format}"`,
      ),
      settings: { times: { format } },
      score: 'none',
    }),
  ),
];

/** Four rows in two frames, as pzstd writes them: each after one to be skipped. */
const PZSTD =
  'UCpNGAQAAAC6AAAAKLUv/QRYbQUAEkofHWA1bgMAhqTdat/Rj0xL1BRUgGjVxZbSQpdtMQfzxH/FF2g1GekpWHCErIWqRkkMqwctEvabq3r2ycQV0Y8+9cn7LfywJsLX1gF/4zeuR5/8HOyX6OYxRqW2kuMxAXSLatZNAUDXqS2ksdROLbgQdqSB1s1jBwYwqt1ilA4TAAARACGASBObQQw5JRCDmPxAzsAYcFxAlAQDQDZgaKhIAtmI5yhgeBBu6gEHK/z/';

const FORMATS: readonly ExportCase[] = [
  { name: 'frames of pzstd', content: base64(PZSTD), right: 1 },
  ...(
    [
      [
        'HTML',
        '<!DOCTYPE html>\n<html><body>Log in</body></html>',
        /HTML or XML: perhaps the download failed or asked for a login/,
      ],
      ['JSON', '[{"timestamp": "2026-05-01"}]', /JSON: export the data as JSON lines/],
      ['PDF', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', /a PDF document: export the data as CSV/],
      ['ORC', 'ORC\x00\x01', /ORC data: export it as CSV or Parquet/],
      [
        'a pointer of Git LFS',
        'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
        /a pointer of Git LFS, not the file itself: run git lfs pull/,
      ],
      ['bzip2', 'BZh91AY&SY', /bzip2: unpack it, or compress it with gzip or zstd/],
      ['zlib', 'x\x9c\x65\xce', /compressed with zlib: unpack it/],
      ['compress', '\x1f\x9d\x90\x01', /data compressed with compress: unpack it/],
      ['SQL', '-- a dump\nINSERT INTO history VALUES (1);\n', /SQL: export the table as CSV/],
      [
        'an answer of a storage',
        '<Error><Code>AccessDenied</Code></Error>',
        /HTML or XML: perhaps the download failed/,
      ],
      ['an empty array of JSON', '[]', /an array of JSON/],
      ['UTF-32', '\0\0\xfe\xff\0\0\0t', /text in UTF-32: save it as UTF-8/],
      ['7z', '7z\xbc\xaf\x27\x1c\x00\x04', /a 7z archive: unpack it/],
    ] as const
  ).map(
    ([name, content, right]): ExportCase => ({
      name: `a file that is ${name}`,
      content: latin1(content),
      right,
      score: 'none',
    }),
  ),
];

export const EXPORT_CASES: readonly ExportCase[] = [
  ...UNREADABLE,
  ...COUNTRIES,
  ...SHAPES,
  ...JSON_LINES,
  ...TIMES,
  ...FORMATS,
  ...MARKED_EXPORTS,
  ...PACKED_EXPORTS,
];

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function utf16(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: text.length * 2 },
    (_, at) => (text.charCodeAt(at >> 1) >> ((at & 1) * 8)) & 0xff,
  );
}

function base64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
