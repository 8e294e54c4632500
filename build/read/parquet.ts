import { FIELDS } from '../../src/core/config/config.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { locateColumns } from '../../src/core/history/columns.ts';
import type { InputFile } from './file.ts';
import { readParquetRows } from './parquet-rows.ts';
import type { Reading } from './reading.ts';

/**
 * Reads a history from Parquet: only the columns that it needs.
 *
 * @returns the SHA-256 of the file, in hexadecimal
 */
export async function readParquet(file: InputFile, reading: Reading): Promise<string> {
  const { columns, onRow, onBytes, onBatch } = reading;
  const row = Object.fromEntries(FIELDS.map((field) => [field, ''])) as RawRow;
  return await readParquetRows(file, {
    choose(names) {
      const positions = locateColumns(names, columns);
      return FIELDS.map((field) => positions[field]);
    },
    onRow(values, number) {
      for (let index = 0; index < FIELDS.length; index++) {
        const field = FIELDS[index];
        if (field !== undefined) row[field] = values[index] ?? '';
      }
      onRow(row, number);
    },
    onBytes,
    onBatch,
  });
}
