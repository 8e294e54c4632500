export type Field = string | number | null | undefined;

/** What a spreadsheet reads as a formula, or as a date or another number than the text says: 5-13, 1/2, 1e5, 007. */
const MISREAD = /^[=+\-@\t\r]|^\d{1,4}(?:[-/.:]\d{1,4}){1,2}$|^\d+(?:\.\d+)?e[+-]?\d+$|^0\d+$|^\d{16,}$/i;

/**
 * @returns RFC 4180 for spreadsheets: a byte order mark, so that Excel reads UTF-8, and CRLF. Numbers are as they are,
 *   without separators of thousands. A text that a spreadsheet would misread gets an apostrophe before it.
 */
export function csvText(lines: readonly (readonly Field[])[]): string {
  return `\uFEFF${lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')}`;
}

function field(value: Field): string {
  if (value == null) return '';
  if (typeof value === 'number') return String(value);
  const text = MISREAD.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves text as a file. */
export function saveFile(name: string, parts: BlobPart[], type: string): void {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
