import { DataError } from '../errors.ts';
import { foldName } from './columns.ts';

/**
 * Refuses a second header whose columns are in another order, as exports that were joined have it: the rows after it
 * would be read into the wrong columns. One in the same order is a row like others that cannot be read.
 *
 * @param row what a row has in each field
 * @param columns the name of each field's column
 * @throws DataError that names the line
 */
export function requireSameOrder<Name extends string>(
  row: Readonly<Record<Name, unknown>>,
  columns: Readonly<Record<Name, string>>,
  line: number,
): void {
  const fields = Object.keys(columns) as Name[];
  const names = new Set(fields.map((field) => foldName(columns[field])));
  const texts = fields.map((field) => foldName(String(row[field] ?? '')));
  const found = texts.filter((text) => names.has(text));
  const isMoved = fields.some((field, at) => texts[at] !== '' && texts[at] !== foldName(columns[field]));
  if (found.length < 2 || !isMoved) return;
  throw new DataError(
    `line ${line}: a second header has the columns in another order: make a file of what follows it, or export both parts in one order`,
  );
}
