import type { ReadingConfig } from '../../src/core/config/reading.ts';
import { DataError } from '../../src/core/errors.ts';
import { listed, positionOf, withClosest } from '../../src/core/history/columns.ts';
import type { CsvBytes } from '../read/csv-bytes.ts';

/** What deciding looks at, of a customer, by the names that a request has for it; text or, from NDJSON, any value. */
export interface Customer {
  country_code: unknown;
  last_order_ts: unknown;
  first_order_ts: unknown;
  total_orders: unknown;
  segment_name: unknown;
}
export type CustomerField = keyof Customer;

export const CUSTOMER_FIELDS = [
  'country_code',
  'last_order_ts',
  'first_order_ts',
  'total_orders',
  'segment_name',
] as const satisfies readonly CustomerField[];

/**
 * Finds the columns that deciding looks at. Only the country is never left out; what else is needed depends on the
 * segment, and a customer without it is rejected by name.
 *
 * @returns the position of each field's column, -1 for a missing column
 * @throws DataError for a file without a country, or with two columns of one name
 */
export function locateCustomerColumns(
  names: readonly string[],
  columns: Readonly<Record<CustomerField, string>>,
): Record<CustomerField, number> {
  const positions = CUSTOMER_FIELDS.map((field) => [field, positionOf(columns[field], names)] as const);
  const found = Object.fromEntries(positions) as Record<CustomerField, number>;
  if (found.country_code !== -1) return found;
  throw new DataError(
    `expected a column ${withClosest(columns.country_code, names)}, found ${listed(names)}. ` +
      'If it has another name, say so under `columns` in the config.',
  );
}

/** @returns a customer of whom nothing was read yet */
export function emptyCustomer(): Customer {
  return { country_code: '', last_order_ts: '', first_order_ts: '', total_orders: '', segment_name: '' };
}

/** The fields of a customer that are numbers or times: finite, or MISSING, or UNREADABLE; times in seconds. */
export type CustomerNumbers = Record<'last_order_ts' | 'first_order_ts' | 'total_orders', number>;

/** One customer of a file: what is decided from, and all that the file says, to be kept as it is. */
export interface CustomerRecord {
  customer: Customer;
  /** The numbers and times, where the file has them as such; null where they are text, to be read. */
  numbers: CustomerNumbers | null;
  /** The record as CSV with the delimiter of the file, without its line end; null where the file is no CSV. */
  csv: string | null;
  /** Writes the same, with commas, and what ends it, where that is quicker than to join the fields. */
  writeCsv?(into: CsvBytes, ending: DataView): void;
  /** The record as JSON; null where the file is no NDJSON. */
  json: string | null;
  /** All columns, as text. */
  fields(): readonly string[];
}

/** @returns where a customer is, for people: Parquet has rows, and no lines */
export function customerPlace({ csv, json }: CustomerRecord, line: number): string {
  return `${csv === null && json === null ? 'row' : 'line'} ${line}`;
}

/** What a file of customers has in its first line, or in its schema. */
export interface CustomerColumns {
  names: readonly string[];
  /** Of CSV; a comma for other formats. */
  delimiter: string;
}

/** What receives the customers of a file. */
export interface CustomerSink {
  /** Receives each customer, always in the same object, with its line (of text) or number (of Parquet), from 1. */
  onRecord(record: CustomerRecord, line: number): void;
  /** Receives a record that cannot be read, as text, with what is wrong with it. */
  onMalformed(text: string, line: number, message: string): void;
}

/** What a reader of customers is given. */
export interface CustomerReading {
  /** The column of each field in the file. */
  columns: Readonly<Record<CustomerField, string>>;
  /** How the file writes numbers and times. */
  settings: ReadingConfig;
  /** Called once. @returns what receives the customers @throws DataError for columns that cannot be worked with */
  onColumns(columns: CustomerColumns): CustomerSink;
  /** Receives remarks about the whole file. */
  onRemark: (remark: string) => void;
  /** Called as stored bytes are read, with their number. */
  onBytes(bytes: number): void;
  /** Called after every few thousand records; reading goes on when it resolves. */
  onBatch(): Promise<void>;
}
