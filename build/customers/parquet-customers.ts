import { rowReaders } from '../../src/core/history/clean.ts';
import { MISSING } from '../../src/core/missing.ts';
import type { CsvBytes } from '../read/csv-bytes.ts';
import type { InputFile } from '../read/file.ts';
import { numbersOf } from '../read/parquet.ts';
import type { NumberColumn } from '../read/parquet-numbers.ts';
import { type ParquetRow, readParquetRows } from '../read/parquet-rows.ts';
import {
  CUSTOMER_FIELDS,
  type CustomerField,
  type CustomerNumbers,
  type CustomerReading,
  type CustomerRecord,
  type CustomerSink,
  emptyCustomer,
  locateCustomerColumns,
} from './record.ts';

/** Reads customers from Parquet. Numbers and times are decided from as they are; text is made only to be written. */
export async function readParquetCustomers(file: InputFile, reading: CustomerReading): Promise<void> {
  const { columns, settings, onColumns, onBytes, onBatch } = reading;
  const numbers: Partial<Record<CustomerField, NumberColumn>> = numbersOf(rowReaders(settings));
  const record = new ParquetCustomer();
  let sink: CustomerSink | null = null;
  await readParquetRows(file, {
    choose(names) {
      sink = onColumns({ names, delimiter: ',' });
      const positions = locateCustomerColumns(names, columns);
      record.begin(positions);
      return names.map((_, position) => {
        const field = CUSTOMER_FIELDS.find((one) => positions[one] === position);
        return { position, numbers: field && numbers[field] };
      });
    },
    onRow(row, number) {
      record.take(row);
      sink?.onRecord(record, number);
    },
    onBytes,
    onBatch,
  });
}

/** The customer of the last row read: one object for all of a file. What is only written becomes text when asked for. */
class ParquetCustomer implements CustomerRecord {
  readonly csv = null;
  readonly json = null;
  readonly numbers: CustomerNumbers = {
    last_order_ts: MISSING,
    first_order_ts: MISSING,
    total_orders: MISSING,
  };
  readonly customer = emptyCustomer();
  #at: Readonly<Record<CustomerField, number>> | null = null;
  #row: ParquetRow | null = null;

  /** @param positions of the columns, -1 for one that the file lacks */
  begin(positions: Readonly<Record<CustomerField, number>>): void {
    this.#at = positions;
    for (const field of Object.keys(this.numbers) as (keyof CustomerNumbers)[]) {
      Object.defineProperty(this.customer, field, { get: () => this.#row?.text(positions[field]) ?? '' });
    }
  }

  take(row: ParquetRow): void {
    this.#row = row;
    if (this.#at === null) return;
    const { country_code, segment_name, last_order_ts, first_order_ts, total_orders } = this.#at;
    this.customer.country_code = row.text(country_code);
    if (segment_name !== -1) this.customer.segment_name = row.text(segment_name);
    if (last_order_ts !== -1) this.numbers.last_order_ts = row.number(last_order_ts);
    if (first_order_ts !== -1) this.numbers.first_order_ts = row.number(first_order_ts);
    if (total_orders !== -1) this.numbers.total_orders = row.number(total_orders);
  }

  writeCsv(into: CsvBytes, ending: DataView): void {
    this.#row?.write(into, ending);
  }

  fields(): readonly string[] {
    return this.#row?.texts() ?? [];
  }
}
