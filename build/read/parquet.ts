import { DataError } from '../../src/core/errors.ts';
import { FIELDS, type Field } from '../../src/core/fields/fields.ts';
import { emptyRead, type RawRow, type RowReaders, readRow } from '../../src/core/history/clean.ts';
import { columnWins, locateColumns } from '../../src/core/history/columns.ts';
import { notText } from '../../src/core/history/csv-text.ts';
import { constantsOf } from '../../src/core/history/folders.ts';
import { hashFile } from './bytes.ts';
import type { InputFile } from './file.ts';
import type { NumberColumn } from './parquet-numbers.ts';
import { type ParquetRow, readParquetRows } from './parquet-rows.ts';
import type { Reading } from './reading.ts';

/**
 * Reads a history from Parquet: only the columns that it needs. Times and numbers stay what they are.
 *
 * @returns the SHA-256 of the file, in hexadecimal; of an address that of what was read
 */
export async function readParquet(file: InputFile, reading: Reading): Promise<string> {
  const { columns, readers, onRow, onRemark, onBytes, onBatch } = reading;
  const constants = constantsOf(file.folders, columns);
  const row = Object.fromEntries(FIELDS.map((field) => [field, constants[field] ?? ''])) as RawRow;
  let present: Field[] = [];
  const textsOf = (group: ParquetRow): RawRow => {
    for (const field of present) row[field] = group.text(FIELDS.indexOf(field));
    return row;
  };
  const requireText = (country: string, number: number) => {
    const trouble = country.isWellFormed() && !country.includes('\0') ? null : notText(country);
    if (trouble !== null) throw new DataError(`row ${number}: ${columns.country_code} ${trouble}`);
  };
  // A value of the folders is text, and read with all the others.
  const typed = Object.keys(constants).every((field) => field === 'country_code');
  const numbers = typed ? numbersOf(readers) : {};
  const read = emptyRead();
  let group: ParquetRow | null = null;
  const text = () => (group === null ? row : textsOf(group));
  const sha256 = await readParquetRows(file, {
    choose(names) {
      const positions = locateColumns(names, columns, constants);
      present = FIELDS.filter((field) => positions[field] !== -1);
      for (const field of present) {
        const folder = constants[field];
        if (folder !== undefined) onRemark?.(columnWins(columns[field], folder));
      }
      return FIELDS.map((field) => ({ position: positions[field], numbers: numbers[field] }));
    },
    onRow(values, number) {
      group = values;
      if (typed) {
        read.timestamp = values.number(0);
        read.country_code = present.includes('country_code') ? values.text(1) : row.country_code;
        read.last_order_ts = values.number(2);
        read.first_order_ts = values.number(3);
        read.total_orders = values.number(4);
        read.voucher_amount = values.number(5);
      } else readRow(text(), readers, read);
      requireText(read.country_code, number);
      onRow(read, number, text, typed);
    },
    onBytes,
    onBatch,
  });
  return sha256 ?? (await hashFile(file));
}

/** What the columns of fields are read for that are numbers or times. */
export function numbersOf(readers: RowReaders): Partial<Record<Field, NumberColumn>> {
  const time: NumberColumn = { kind: 'time', read: readers.timestamp };
  return {
    timestamp: time,
    last_order_ts: time,
    first_order_ts: time,
    total_orders: { kind: 'whole', read: readers.total_orders },
    voucher_amount: { kind: 'amount', read: readers.voucher_amount },
  };
}
