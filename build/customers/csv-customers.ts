import { DataError } from '../../src/core/errors.ts';
import { otherWidth } from '../../src/core/estimate/readable.ts';
import type { CsvRecord } from '../../src/core/history/csv-record.ts';
import { CsvRecords } from '../../src/core/history/csv-records.ts';
import {
  CUSTOMER_FIELDS,
  type CustomerField,
  type CustomerReading,
  type CustomerRecord,
  type CustomerSink,
  emptyCustomer,
  locateCustomerColumns,
} from './record.ts';

/** Reads customers from CSV that arrives in pieces; each record goes to the output as it is written. */
export class CsvCustomers {
  readonly #records: CsvRecords;

  constructor({ columns, onColumns, onRemark }: CustomerReading) {
    const customer = new CsvCustomer();
    let positions: [CustomerField, number][] = [];
    let sink: CustomerSink | null = null;
    this.#records = new CsvRecords({
      wanted: Object.values(columns),
      onRemark,
      onHeader({ header, delimiter }) {
        sink = onColumns({ names: header, delimiter });
        const found = locateCustomerColumns(header, columns);
        positions = CUSTOMER_FIELDS.map((field) => [field, found[field]]);
        customer.begin(delimiter, header.length);
        return Object.values(found);
      },
      onRecord(record, line) {
        for (const [field, position] of positions) customer.customer[field] = record.field(position);
        customer.record = record;
        sink?.onRecord(customer, line);
      },
      onMalformed({ text, found, expected }, line) {
        const message = found === null ? 'a quote is not closed' : `it ${otherWidth(found, expected, text)}`;
        sink?.onMalformed(text, line, message);
      },
    });
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
}

/** The customer of the record that was read last: one object for all of a file. */
class CsvCustomer implements CustomerRecord {
  readonly customer = emptyCustomer();
  readonly numbers = null;
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
