import type { ReadingConfig } from '../../src/core/config/reading.ts';
import { PLAIN_NUMBERS } from '../../src/core/fields/numbers.ts';
import {
  type Assignment,
  clean,
  type DropReason,
  emptyRead,
  type RawRow,
  readRow,
  rowReaders,
} from '../../src/core/history/clean.ts';

/** How a history is read where the config does not say. */
export const DEFAULT_READING: ReadingConfig = { numbers: PLAIN_NUMBERS, times: { format: 'iso' } };

/** The same for a sink of rows. */
export const AS_SHIPPED = { readers: rowReaders(DEFAULT_READING), decimal: PLAIN_NUMBERS.decimal };

/** @returns the cleaning of rows whose fields are text, under the settings of a config */
export function cleaner(config: ReadingConfig): (row: RawRow, into: Assignment) => DropReason | null {
  const readers = rowReaders(config);
  const read = emptyRead();
  return (row, into) => {
    readRow(row, readers, read);
    return clean(read, into);
  };
}
