import { DataError } from '../errors.ts';

/** The longest record, in UTF-16 units. What is longer is no row of a history, and must not fill the memory. */
export const LONGEST_RECORD = 1 << 20;

/** A CR that no LF follows ends a line as well. */
const LONE_RETURN = /\r(?!\n)/;

/** @returns a text in which every line ends with LF or CRLF */
function withLineFeeds(text: string): string {
  return LONE_RETURN.test(text) ? text.replaceAll(/\r(?!\n)/g, '\n') : text;
}

/**
 * Joins a text to what is left of the one before, every line ending with LF or CRLF. A CR at the end may be the first half
 * of a line end, and waits.
 *
 * @param complete whether nothing follows
 */
export function joinedLines(rest: string, text: string, complete = false): string {
  const all = rest.endsWith('\r') ? `\r${text}` : text;
  const before = all === text ? rest : rest.slice(0, -1);
  if (!all.includes('\r')) return before === '' ? all : before + all;
  if (complete || !all.endsWith('\r')) return before + withLineFeeds(all);
  return `${before}${withLineFeeds(all.slice(0, -1))}\r`;
}

/** Marks a byte that is not UTF-8, in a text that has such bytes: no text that is UTF-8 has half a pair. */
const BAD_BYTE = /[\udc80-\udcff]/;

/** What fills the end of a file: Ctrl-Z, with which DOS ends a text, and NULs, where a file is larger than its text. */
const PADDING = '\0\x1a';

/** @returns whether a line has padding, and nothing else */
export function isPadding(line: string): boolean {
  if (!PADDING.includes(line.charAt(0)) || line === '') return false;
  for (let at = 1; at < line.length; at++) if (!`${PADDING} \t\r`.includes(line.charAt(at))) return false;
  return true;
}

/** @returns the start of a line that goes on: of one that is all padding, however long it is, a little */
export function shortPadding(line: string): string {
  return line.length > LONGEST_RECORD && isPadding(line) ? line.slice(0, 1) : line;
}

/** What is said of a file with padding. */
export const PADDED = 'lines of nothing but NUL or Ctrl-Z characters are passed over';

/** @returns why a value is not text; null when it is */
export function notText(value: string): string | null {
  if (value.includes('\0')) return 'has a NUL character: is it a binary file?';
  return value.isWellFormed() || !BAD_BYTE.test(value) ? null : 'is not UTF-8: save the file as UTF-8';
}

/** @throws DataError for one that is too long, by its number */
export function tooLong(line: number): DataError {
  return new DataError(
    `line ${line}: expected a row of at most ${LONGEST_RECORD} characters, found a longer one: is it a CSV file?`,
  );
}
