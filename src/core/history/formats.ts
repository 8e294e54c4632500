/** Bytes at the start of a file that tell what it is. */
export const HEAD = 512;

/** What is read besides plain text, by the first bytes. */
export type Stored = 'gzip' | 'zstd' | 'parquet' | 'zip' | 'text';

/** @param head the first {@link HEAD} bytes, or all of a smaller file @returns what a file seems to be stored as */
export function storedAs(head: Uint8Array): Stored {
  const start = latin1(head.subarray(0, 4));
  if (start.startsWith('\x1f\x8b')) return 'gzip';
  if (start === 'PAR1') return 'parquet';
  if (start === 'PK\x03\x04') return 'zip';
  // pzstd starts with a frame that says how long the next one is.
  if (start === '\x28\xb5\x2f\xfd' || (/^[P-_]/.test(start) && start.slice(1) === '\x2a\x4d\x18'))
    return 'zstd';
  return 'text';
}

/**
 * @param head the first {@link HEAD} bytes or more, or all of a smaller file, unpacked
 * @returns what a file is that is taken for a history now and then, and what to do; null for one that may be text
 */
export function foreignFormat(head: Uint8Array): string | null {
  const start = latin1(head.subarray(0, HEAD));
  const known = SIGNATURES.find(([signature]) =>
    typeof signature === 'string' ? start.startsWith(signature) : signature.test(start),
  );
  if (known !== undefined) return known[1];
  if (start.startsWith('\xff\xfe\0\0') || start.startsWith('\0\0\xfe\xff'))
    return 'text in UTF-32: save it as UTF-8';
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')) return null;
  return isUtf16(head.subarray(0, HEAD))
    ? 'text in UTF-16 without a byte order mark: save it as UTF-8'
    : null;
}

/** Text of 16-bit units, most of them below 256, has a NUL in every other place, and in no other. */
function isUtf16(head: Uint8Array): boolean {
  const zeros = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = head.length / 2 - 1;
  return head.length >= 8 && Math.max(even, odd) > most * 0.7 && Math.min(even, odd) < most * 0.1;
}

const packed = (program: string) =>
  `data compressed with ${program}: unpack it, or compress it with gzip or zstd`;
const asText = (name: string) => `${name} data: export it as CSV or Parquet`;

/** By the first bytes, read as Latin-1. */
const SIGNATURES: readonly [signature: string | RegExp, what: string][] = [
  ['PK\x05\x06', 'an empty ZIP archive'],
  ['\xd0\xcf\x11\xe0', 'an Excel workbook of the old format (.xls): save it as CSV'],
  ['\xfd7zX', packed('xz')],
  [/^BZh[1-9]/, packed('bzip2')],
  ['\x1f\x9d', packed('compress')],
  ['LZIP', packed('lzip')],
  ['x\x01', packed('zlib')],
  ['x\x9c', packed('zlib')],
  ['x\xda', packed('zlib')],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive: unpack it'],
  ['Rar!\x1a\x07', 'a RAR archive: unpack it'],
  ['\x04\x22\x4d\x18', packed('lz4')],
  [/^.{257}ustar/s, 'a tar archive: unpack it'],
  ['PARE', 'encrypted Parquet: decrypt it first'],
  ['Obj\x01', asText('Avro')],
  ['ORC', asText('ORC')],
  ['ARROW1', asText('Arrow')],
  ['FEA1', asText('Feather')],
  ['SQLite format 3\0', 'an SQLite database: export the table as CSV'],
  ['\x89HDF', asText('HDF5')],
  // mysql, psql, and Markdown.
  [
    /^(?:\+-{3,}[-+]*\+\r?\n|[^\n]*\|[^\n]*\n-{3,}\+[-+]*(?:\r?\n|$)|\s*\|[^\n]*\n\s*\|[ :]*-{3,}[-:| ]*(?:\r?\n|$))/,
    'a table drawn for people: export it as CSV',
  ],
  [/^[A-Za-z\d+/]{40,}={0,2}(?:\r?\n|$)/, 'text in base64: decode it first'],
  ['PGDMP', 'a dump of PostgreSQL: export the table as CSV, with COPY'],
  [
    /^(?:\xef\xbb\xbf)?(?:\s|--[^\n]*\n|\/\*)*(?:INSERT INTO|CREATE TABLE|DROP TABLE|COPY [\w."]+ \()/i,
    'SQL: export the table as CSV',
  ],
  [/^-- (?:MySQL|MariaDB|PostgreSQL) .*dump/i, 'a dump of a database: export the table as CSV'],
  ['%PDF-', 'a PDF document: export the data as CSV'],
  ['{\\rtf', 'an RTF document: export the data as CSV'],
  [/^(?:\x89PNG|GIF8|\xff\xd8\xff)/, 'a picture'],
  ['version https://git-lfs.github.com/spec/', 'a pointer of Git LFS, not the file itself: run git lfs pull'],
  [
    /^(?:\xef\xbb\xbf)?\s*<(?:!doctype html\b|\?xml\b|[a-z][\w:-]*(?:\s[^<>]*)?>)/i,
    'HTML or XML: perhaps the download failed or asked for a login; export the data as CSV',
  ],
  [
    /^(?:\xef\xbb\xbf)?\s*\[\s*[[{"\]]/,
    'an array of JSON: export the data as JSON lines (an object on each line) or CSV',
  ],
];

/** @param head as for {@link foreignFormat} @returns whether a text seems to be JSON lines */
export function isJsonLines(head: Uint8Array): boolean {
  return startsAsJson(latin1(head.subarray(0, HEAD)));
}

/** @param text the start of a file, also as Latin-1 @returns whether it may be JSON lines, or a sequence of RFC 7464 */
export function startsAsJson(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: each text of a sequence begins with it
  return /^(?:\ufeff|\xef\xbb\xbf)?[\s\x1e]*\{/.test(text);
}

/** @returns a character for each byte */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
