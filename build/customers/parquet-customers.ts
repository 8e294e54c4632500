import { wholeReader } from '../../src/core/fields/numbers.ts';
import { timeReader } from '../../src/core/fields/times.ts';
import { MISSING } from '../../src/core/missing.ts';
import type { CsvBytes } from '../read/csv-bytes.ts';
import type { InputFile } from '../read/file.ts';
import type { ColumnUse } from '../read/parquet-column.ts';
import type { NumberColumn } from '../read/parquet-numbers.ts';
import { type ParquetRow, readParquetRows } from '../read/parquet-rows.ts';
import { locateCustomerColumns } from './columns.ts';
import {
  type CustomerField,
  type CustomerNumbers,
  type CustomerReading,
  type CustomerRecord,
  emptyCustomer,
} from './record.ts';

/** Reads customers from Parquet: all columns; numbers and times are decided from as they are, and text is made to be written. */
export async function readParquetCustomers(file: InputFile, reading: CustomerReading): Promise<void> {
  const { columns, settings, onColumns, onBytes, onBatch } = reading;
  const time: NumberColumn = { kind: 'time', read: timeReader(settings.times.format) };
  const whole: NumberColumn = { kind: 'whole', read: wholeReader(settings.numbers) };
  const record = new ParquetCustomer();
  let uses: ColumnUse[] = [];
  let onRecord = (_: CustomerRecord, __: number): void => {};
  await readParquetRows(file, {
    choose(names) {
      const sink = onColumns({ names, delimiter: ',' });
      onRecord = (customer, row) => sink.onRecord(customer, row);
      const positions = locateCustomerColumns(names, columns);
      record.begin(positions);
      const { country_code, segment_name, last_order_ts, first_order_ts, total_orders } = positions;
      uses = names.map((_, at) => {
        if (at === country_code || at === segment_name) return 'text';
        if (at === total_orders) return whole;
        return at === last_order_ts || at === first_order_ts ? time : 'written';
      });
      return names.map((_, at) => at);
    },
    get uses() {
      return uses;
    },
    onRow() {},
    onRead(row, number) {
      record.take(row);
      onRecord(record, number);
    },
    unhashed: true,
    onBytes,
    onBatch,
  });
}

/** The customer of the row that was read last: one object for all of a file. What is only written is made a text when it is asked for. */
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
      Object.defineProperty(this.customer, field, { get: () => this.fields()[positions[field]] ?? '' });
    }
  }

  take(row: ParquetRow): void {
    this.#row = row;
    if (this.#at === null) return;
    const { country_code, segment_name, last_order_ts, first_order_ts, total_orders } = this.#at;
    const { texts, numbers } = row;
    this.customer.country_code = texts[country_code];
    if (segment_name !== -1) this.customer.segment_name = texts[segment_name];
    if (last_order_ts !== -1) this.numbers.last_order_ts = numbers[last_order_ts] ?? MISSING;
    if (first_order_ts !== -1) this.numbers.first_order_ts = numbers[first_order_ts] ?? MISSING;
    if (total_orders !== -1) this.numbers.total_orders = numbers[total_orders] ?? MISSING;
  }

  writeCsv(into: CsvBytes, ending: DataView): void {
    this.#row?.write(into, ending);
  }

  fields(): readonly string[] {
    return this.#row?.all() ?? [];
  }
}
