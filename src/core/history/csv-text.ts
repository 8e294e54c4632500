import { DataError } from '../errors.ts';
import { findHeader, type HeaderLine } from './csv-shape.ts';

/** The longest record, in UTF-16 units. What is longer is no row of a history, and must not fill the memory. */
export const LONGEST_RECORD = 1 << 20;

/** @returns how often a character stands in a text */
export function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** @param line gives the line on which the text starts @throws DataError for a text that no CSV file has */
export function requireText(text: string, line: () => number): void {
  const nul = text.indexOf('\0');
  if (nul === -1) return;
  const at = line() + count(text.slice(0, nul), '\n');
  throw new DataError(`expected text, found a NUL character on line ${at}: is it a binary file?`);
}

/** @returns null where the header has not arrived yet @throws DataError where it is longer than a record may be */
export function findShortHeader(text: string, complete: boolean): HeaderLine | null {
  const found = findHeader(text, complete);
  if (found !== null || text.length <= LONGEST_RECORD) return found;
  throw new DataError(`expected a header line, found ${LONGEST_RECORD} characters without a line end`);
}

/** @returns where the line that starts at `start` ends @throws DataError for one that is too long, by its number */
export function endOfLine(text: string, start: number, newline: string, line: number): number {
  const end = text.indexOf(newline, start);
  if (end !== -1) return end;
  throw new DataError(
    `line ${line}: expected a row of at most ${LONGEST_RECORD} characters, found a longer one: is it a CSV file?`,
  );
}
