/** Exports as CSV whose header, lines, quotes and bytes are other than usual. */
import {
  csv,
  type ExportCase,
  HEADER,
  HEALTHY_CSV,
  HEALTHY_ROWS,
  LINES,
  latin1,
  PADDED,
  QUOTED_LINES,
  withValues,
} from './export-rows.ts';

const rows = LINES.slice(1);

/** The columns the other way round. */
function reordered(text: string): string {
  return text.replaceAll(/.+/g, (line) => line.split(',').reverse().join(','));
}

export const SHAPE_EXPORTS: readonly ExportCase[] = [
  {
    name: 'records of lone CRs',
    content: `${HEALTHY_CSV}${Array(50).fill(rows.join('\r')).join('\r')}\n`,
    right: 51,
  },
  {
    name: 'a mark before a quote in the middle',
    content: `\ufeff${QUOTED_LINES.join('\n')}\n\ufeff${QUOTED_LINES.slice(1).join('\n')}`,
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
    content: LINES.map(
      (line, at) => `${line},${['note', '"He said \\"hi\\""', '"x"', '"y \\"z\\", w"', 'plain'][at]}`,
    ).join('\n'),
    right: 1,
  },
  {
    name: 'lines in quotes as a whole',
    content: LINES.map((line) => `"${line}"`).join('\n'),
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
    content: latin1(LINES.map((line, at) => `${line},${at === 0 ? 'note' : 'caf\xe9 \0'}`).join('\n')),
    right: 1,
  },
  {
    name: 'a country that is not UTF-8',
    content: latin1(csv(withValues('country', ['Peru', 'Per\xfa']))),
    right: /line 3: country_code is not UTF-8/,
    score: 'none',
  },
];

function utf16(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: text.length * 2 },
    (_, at) => (text.charCodeAt(at >> 1) >> ((at & 1) * 8)) & 0xff,
  );
}
