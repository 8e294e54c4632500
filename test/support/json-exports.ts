/** Exports as JSON lines. */
import { type ExportCase, HEADER, HEALTHY_ROWS, PADDED, secondsOf } from './export-rows.ts';

const objects = HEALTHY_ROWS.map((row) =>
  Object.fromEntries(HEADER.split(',').map((name, at) => [name, row[at] ?? ''])),
);
const jsonLines = (all: readonly object[], lineEnd = '\n') =>
  all.map((object) => JSON.stringify(object)).join(lineEnd);

export const JSON_EXPORTS: readonly ExportCase[] = [
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
        last_order_ts: { $date: { $numberLong: String(1000 * secondsOf(object.last_order_ts ?? '')) } },
        first_order_ts: { $date: 1000 * secondsOf(object.first_order_ts ?? '') },
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
