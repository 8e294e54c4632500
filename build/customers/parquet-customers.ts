import type { InputFile } from '../read/file.ts';
import { readParquetRows } from '../read/parquet-rows.ts';
import { locateCustomerColumns } from './columns.ts';
import { CUSTOMER_FIELDS, type Customer, type CustomerField, type CustomerReading } from './record.ts';

/** Reads customers from Parquet: all columns, as the text that CSV would have for them. */
export async function readParquetCustomers(file: InputFile, reading: CustomerReading): Promise<void> {
  const { columns, onColumns, onRecord, onBytes, onBatch } = reading;
  const customer = Object.fromEntries(CUSTOMER_FIELDS.map((field) => [field, ''])) as unknown as Customer;
  let row: readonly string[] = [];
  const record = { customer, csv: null, json: null, fields: () => row };
  let positions: Record<CustomerField, number> | null = null;
  await readParquetRows(file, {
    choose(names) {
      onColumns({ names, delimiter: ',' });
      positions = locateCustomerColumns(names, columns);
      return names.map((_, index) => index);
    },
    onRow(values, number) {
      row = values;
      if (positions === null) return;
      for (const field of CUSTOMER_FIELDS) customer[field] = values[positions[field]] ?? '';
      onRecord(record, number);
    },
    onBytes,
    onBatch,
  });
}
