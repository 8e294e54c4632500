import { FIELDS } from '../../src/core/config/config.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { locateColumns } from '../../src/core/history/columns.ts';
import type { InputFile } from './file.ts';
import { readParquetRows } from './parquet-rows.ts';
import { constantsOf, type Reading } from './reading.ts';

/**
 * Reads a history from Parquet: only the columns that it needs.
 *
 * @returns the SHA-256 of the file, in hexadecimal
 */
export async function readParquet(file: InputFile, reading: Reading): Promise<string> {
  const { columns, onRow, onBytes, onBatch } = reading;
  const constants = constantsOf(file, columns);
  let present: boolean[] = [];
  const row = Object.fromEntries(FIELDS.map((field) => [field, ''])) as RawRow;
  return await readParquetRows(file, {
    choose(names) {
      const positions = locateColumns(names, columns, constants);
      for (const field of FIELDS) row[field] = constants[field] ?? '';
      present = FIELDS.map((field) => positions[field] !== -1);
      return FIELDS.map((field) => positions[field]);
    },
    onRow(values, number) {
      for (let index = 0; index < FIELDS.length; index++) {
        const field = FIELDS[index];
        if (field !== undefined && present[index]) row[field] = values[index] ?? '';
      }
      onRow(row, number);
    },
    onBytes,
    onBatch,
  });
}
