import { wholeReader } from '../../src/core/fields/numbers.ts';
import { timeReader } from '../../src/core/fields/times.ts';
import { MISSING } from '../../src/core/missing.ts';
import { csvField } from '../files/csv.ts';
import type { InputFile } from '../read/file.ts';
import type { ColumnUse, NumberColumn } from '../read/parquet-column.ts';
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
    toField: (text) => csvField(text),
    onBytes,
    onBatch,
  });
}

/** The customer of the row that was read last: one object for all of a file. What is only written is made a text when it is asked for. */
class ParquetCustomer implements CustomerRecord {
  readonly json = null;
  readonly numbers: CustomerNumbers = {
    last_order_ts: MISSING,
    first_order_ts: MISSING,
    total_orders: MISSING,
  };
  readonly customer = emptyCustomer();
  #texts: [CustomerField, number][] = [];
  #numbers: [keyof CustomerNumbers, number][] = [];
  #row: ParquetRow | null = null;

  begin(positions: Readonly<Record<CustomerField, number>>): void {
    const found = (Object.entries(positions) as [CustomerField, number][]).filter(([, at]) => at !== -1);
    this.#texts = found.filter(([field]) => !(field in this.numbers));
    for (const [field, at] of found) {
      if (field in this.numbers)
        Object.defineProperty(this.customer, field, { get: () => this.fields()[at] ?? '' });
    }
    this.#numbers = found.filter(
      (entry): entry is [keyof CustomerNumbers, number] => entry[0] in this.numbers,
    );
  }

  take(row: ParquetRow): void {
    this.#row = row;
    for (const [field, at] of this.#texts) this.customer[field] = row.texts[at] ?? '';
    for (const [field, at] of this.#numbers) this.numbers[field] = row.numbers[at] ?? MISSING;
  }

  get csv(): string {
    return this.#row?.csv() ?? '';
  }

  fields(): readonly string[] {
    return this.#row?.all() ?? [];
  }
}
