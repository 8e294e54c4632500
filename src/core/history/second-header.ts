import { DataError } from '../errors.ts';
import { foldName } from './columns.ts';

const LETTER = /\p{L}/u;

/**
 * Finds second headers whose columns are in another order, as exports that were joined have them: the rows after one
 * would be read into the wrong columns. One in the same order is a row like others that cannot be read.
 *
 * @param columns the name of each field's column
 * @returns a function that takes what a row has in each field, and throws a DataError that names the line. It may be
 *   asked of each row of a file, so most texts are not folded: a number may be the name of a column and a value of a row
 */
export function orderCheck<Name extends string>(
  columns: Readonly<Record<Name, string>>,
): (row: Readonly<Record<Name, unknown>>, line: number) => void {
  const fields = Object.keys(columns) as Name[];
  const own = fields.map((field) => foldName(columns[field]));
  const names = new Set(own);
  return (row, line) => {
    const found = new Set<string>();
    for (const field of fields) {
      const text = String(row[field] ?? '');
      if (text === '') continue;
      if (LETTER.test(text)) {
        const name = foldName(text);
        if (names.has(name)) found.add(name);
      } else if (!names.has(text)) return; // A value that is no name tells soon that the row is no header.
    }
    if (found.size < 2) return;
    const texts = fields.map((field) => foldName(String(row[field] ?? '')));
    if (texts.every((text, at) => text === '' || text === own[at])) return;
    throw new DataError(
      `line ${line}: a second header has the columns in another order: make a file of what follows it, or export both parts in one order`,
    );
  };
}
