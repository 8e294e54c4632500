import type { Config } from '../../src/core/config/config.ts';
import type { Field } from '../../src/core/fields/fields.ts';
import { CsvReader } from '../../src/core/history/csv.ts';
import type { CsvShape } from '../../src/core/history/csv-shape.ts';
import { isStoredAsCsv } from '../read/bytes.ts';
import { decodedLines } from '../read/text.ts';

/** Bytes at the start of a file in which its header and its first row are looked for. */
export const CSV_START = 64 * 1024;

export interface CsvStart {
  shape: CsvShape;
  /** Lines before the first row; null where there is no row yet. */
  skip: number | null;
}

/**
 * Reads the start of a file, where that is plain CSV in UTF-8 with a header that has all columns.
 *
 * @param head whole lines of the file, from its first byte on
 * @returns null for any other: what is wrong with it is for the reader of the file to say
 */
export function csvStart(
  head: Buffer,
  columns: Config['columns'],
  constants: Partial<Record<Field, string>> = {},
): CsvStart | null {
  if (!isStoredAsCsv(head)) return null;
  let first: number | null = null;
  const onRow = (_: unknown, line: number) => {
    first ??= line;
  };
  const reader = new CsvReader({ columns, constants, onRow, onMalformed: onRow });
  try {
    for (const text of decodedLines(head)) reader.push(text);
  } catch {
    return null;
  }
  const { shape } = reader;
  return shape && { shape, skip: first === null ? null : first - 1 };
}
