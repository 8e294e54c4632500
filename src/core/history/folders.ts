import { FIELDS, type Field } from '../fields/fields.ts';
import { positionOf } from './columns.ts';

/** Columns that are the same for all rows of a file, by their names. */
export type Folders = Readonly<Record<string, string>>;

/**
 * Reads the columns of folders such as `country_code=Peru`, as Hive, Spark and DuckDB write them.
 *
 * @param path its parts; the last is the name of the file
 * @example foldersOf(['history', 'country_code=Peru', 'part-0.csv']) // { country_code: 'Peru' }
 */
export function foldersOf(path: readonly string[]): Folders {
  const found = path.slice(0, -1).flatMap((part) => {
    const at = part.indexOf('=');
    return at > 0 ? [[part.slice(0, at), folderValue(part.slice(at + 1))] as const] : [];
  });
  return Object.fromEntries(found);
}

/** @returns whether a file or folder is hidden, or of what Spark, Hadoop, Delta and Office (`~$`) keep for themselves */
export function isKeptApart(name: string): boolean {
  return /^(?:[._]|~\$)/.test(name);
}

/** What cannot be in a path is written as percent and two digits; a missing value has a name of its own. */
function folderValue(text: string): string {
  if (text === '__HIVE_DEFAULT_PARTITION__') return '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @returns the fields that the folders of a file have a value for, whatever the case of their names */
export function constantsOf(
  folders: Folders = {},
  columns: Readonly<Record<Field, string>>,
): Partial<Record<Field, string>> {
  const names = Object.keys(folders);
  const found = FIELDS.flatMap((field) => {
    const name = names[positionOf(columns[field], names)];
    return name === undefined ? [] : [[field, folders[name]] as const];
  });
  return Object.fromEntries(found);
}
