import { DataError } from '../../src/core/errors.ts';
import type { CsvRecord } from '../../src/core/history/csv-record.ts';
import { CsvRecords } from '../../src/core/history/csv-records.ts';
import { locateCustomerColumns } from './columns.ts';
import {
  CUSTOMER_FIELDS,
  type Customer,
  type CustomerField,
  type CustomerReading,
  type CustomerRecord,
} from './record.ts';

/** Reads customers from CSV that arrives in pieces; each record goes to the output as it is written. */
export class CsvCustomers {
  readonly #reading: CustomerReading;
  readonly #records: CsvRecords;
  readonly #customer = new CsvCustomer();
  #positions: [CustomerField, number][] = [];

  constructor(reading: CustomerReading) {
    this.#reading = reading;
    const { columns, onColumns, onMalformed } = reading;
    this.#records = new CsvRecords({
      wanted: Object.values(columns),
      onHeader: ({ header, delimiter }) => {
        onColumns({ names: header, delimiter });
        const positions = locateCustomerColumns(header, columns);
        this.#positions = CUSTOMER_FIELDS.map((field) => [field, positions[field]]);
        this.#customer.begin(delimiter, header.length);
        return Object.values(positions);
      },
      onRecord: this.#read,
      onMalformed({ text, found, expected }, line) {
        const message =
          found === null ? 'a quote is not closed' : `it has ${found} fields, and the header ${expected}`;
        onMalformed(text, line, message);
      },
    });
  }

  /** The line on which the next piece of text starts. */
  get line(): number {
    return this.#records.line;
  }

  /** @throws DataError when the text is no CSV, or lacks a column */
  push(text: string): void {
    this.#records.push(text);
  }

  /** Reads what is left when the file is at its end. @throws DataError for a file without a header */
  end(): void {
    if (this.#records.end()) return;
    throw new DataError('expected a header line with the names of the columns, found an empty file');
  }

  #read = (record: CsvRecord, line: number): void => {
    const { customer } = this.#customer;
    for (const [field, position] of this.#positions) customer[field] = record.field(position);
    this.#customer.record = record;
    this.#reading.onRecord(this.#customer, line);
  };
}

/** The customer of the record that was read last: one object for all of a file. */
class CsvCustomer implements CustomerRecord {
  readonly customer: Customer = {
    country_code: '',
    last_order_ts: '',
    first_order_ts: '',
    total_orders: '',
    segment_name: '',
  };
  readonly json = null;
  record: CsvRecord | null = null;
  #delimiter = ',';
  #width = 0;

  begin(delimiter: string, width: number): void {
    this.#delimiter = delimiter;
    this.#width = width;
  }

  /** The record as it is written, with as many fields as the header has. */
  get csv(): string {
    if (this.record === null) return '';
    const { raw, width } = this.record;
    if (width === this.#width) return raw;
    if (width < this.#width) return raw + this.#delimiter.repeat(this.#width - width);
    return raw.slice(0, raw.lastIndexOf(this.#delimiter));
  }

  fields(): readonly string[] {
    return Array.from({ length: this.#width }, (_, column) => this.record?.field(column) ?? '');
  }
}
