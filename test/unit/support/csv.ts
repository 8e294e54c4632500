import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { CsvReader, type CsvReaderOptions } from '../../../src/core/history/csv.ts';
import { AS_SHIPPED } from '../../support/reading.ts';

/** Every field under its own name. */
export const COLUMNS = Object.fromEntries(FIELDS.map((field) => [field, field])) as Record<Field, string>;
export const HEADER = FIELDS.join(',');

/** What a reader made of a text, in order: `line: fields`, with the malformed ones marked. */
export interface Read {
  rows: { line: number; row: RawRow }[];
  malformed: { line: number; fields: string[] }[];
}

/** Reads pieces of CSV. */
export function readPieces(pieces: readonly string[], options: Partial<CsvReaderOptions> = {}): Read {
  const read: Read = { rows: [], malformed: [] };
  const reader = new CsvReader({
    ...AS_SHIPPED,
    columns: COLUMNS,
    onRow: (_, line, text) => read.rows.push({ line, row: { ...text() } }),
    onMalformed: ({ fields }, line) => read.malformed.push({ line, fields: [...fields] }),
    ...options,
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return read;
}

/** @returns the fields of a row that writes `value` in each, to tell rows apart */
export function line(value: string): string {
  return FIELDS.map((field) => `${field.slice(0, 2)}${value}`).join(',');
}
