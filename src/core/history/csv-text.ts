import { DataError } from '../errors.ts';

/** The longest record, in UTF-16 units. What is longer is no row of a history, and must not fill the memory. */
export const LONGEST_RECORD = 1 << 20;

/** A CR that no LF follows ends a line as well. */
const LONE_RETURN = /\r(?!\n)/;

/** @returns a text in which every line ends with LF or CRLF */
export function withLineFeeds(text: string): string {
  return LONE_RETURN.test(text) ? text.replaceAll(/\r(?!\n)/g, '\n') : text;
}

/** Marks a byte that is not UTF-8, in a text that has such bytes: no text that is UTF-8 has half a pair. */
const BAD_BYTE = /[\udc80-\udcff]/;

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
