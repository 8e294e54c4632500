import { wholeReader } from '../../src/core/fields/numbers.ts';
import { timeReader } from '../../src/core/fields/times.ts';
import { MISSING } from '../../src/core/missing.ts';
import type { InputFile } from '../read/file.ts';
import type { NumberColumn } from '../read/parquet-column.ts';
import { readParquetRows } from '../read/parquet-rows.ts';
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
  let numbers: (NumberColumn | null)[] = [];
  let onRecord = (_: CustomerRecord, __: number): void => {};
  await readParquetRows(file, {
    choose(names) {
      const sink = onColumns({ names, delimiter: ',' });
      onRecord = (customer, row) => sink.onRecord(customer, row);
      const positions = locateCustomerColumns(names, columns);
      record.begin(positions);
      const { last_order_ts, first_order_ts, total_orders } = positions;
      numbers = names.map((_, at) =>
        at === total_orders ? whole : at === last_order_ts || at === first_order_ts ? time : null,
      );
      return names.map((_, at) => at);
    },
    get numbers() {
      return numbers;
    },
    onRow() {},
    onRead(_, read, row, text) {
      record.take(read, text());
      onRecord(record, row);
    },
    onBytes,
    onBatch,
  });
}

/** The customer of the row that was read last: one object for all of a file. */
class ParquetCustomer implements CustomerRecord {
  readonly csv = null;
  readonly json = null;
  readonly numbers: CustomerNumbers = {
    last_order_ts: MISSING,
    first_order_ts: MISSING,
    total_orders: MISSING,
  };
  readonly customer = emptyCustomer();
  #positions: [CustomerField, number][] = [];
  #numbers: [keyof CustomerNumbers, number][] = [];
  #row: readonly string[] = [];

  begin(positions: Readonly<Record<CustomerField, number>>): void {
    this.#positions = (Object.entries(positions) as [CustomerField, number][]).filter(([, at]) => at !== -1);
    this.#numbers = this.#positions.filter(
      (entry): entry is [keyof CustomerNumbers, number] => entry[0] in this.numbers,
    );
  }

  take(numbers: readonly number[], row: readonly string[]): void {
    this.#row = row;
    for (const [field, at] of this.#positions) this.customer[field] = row[at] ?? '';
    for (const [field, at] of this.#numbers) this.numbers[field] = numbers[at] ?? MISSING;
  }

  fields(): readonly string[] {
    return this.#row;
  }
}
