import { DataError } from '../../src/core/errors.ts';
import { LONGEST_RECORD } from '../../src/core/history/csv-text.ts';
import { locateCustomerColumns } from './columns.ts';
import { CUSTOMER_FIELDS, type Customer, type CustomerReading, type CustomerRecord } from './record.ts';

type JsonObject = Record<string, unknown>;

/**
 * Reads customers from newline-delimited JSON that arrives in pieces. The members of the first object are the
 * columns; a later one may lack some of them, but has no others.
 */
export class NdjsonCustomers {
  readonly #reading: CustomerReading;
  readonly #record = new NdjsonRecord();
  #rest = '';
  line = 1;

  constructor(reading: CustomerReading) {
    this.#reading = reading;
  }

  push(text: string): void {
    this.#rest = this.#rest === '' ? text : this.#rest + text;
    let at = 0;
    for (let end = this.#rest.indexOf('\n'); end !== -1; end = this.#rest.indexOf('\n', at)) {
      this.#read(this.#rest.slice(at, end).trim());
      at = end + 1;
    }
    this.#rest = this.#rest.slice(at);
    if (this.#rest.length > LONGEST_RECORD) {
      throw new DataError(
        `line ${this.line}: expected a line of at most ${LONGEST_RECORD} characters, found more`,
      );
    }
  }

  end(): void {
    this.#read(this.#rest.trim());
    if (this.#record.names === null) throw new DataError('expected an object on each line, found none');
  }

  #read(text: string): void {
    if (text !== '') this.#readObject(text);
    this.line++;
  }

  #readObject(text: string): void {
    const object = parseObject(text);
    if (object === null) {
      this.#reading.onMalformed(text, this.line, 'expected a JSON object, found something else');
      return;
    }
    if (this.#record.names === null) this.#begin(Object.keys(object));
    const unknown = Object.keys(object).find((name) => !this.#record.names?.has(name));
    if (unknown !== undefined) {
      const message = `expected the members of the first object, found ${JSON.stringify(unknown)} as well`;
      this.#reading.onMalformed(text, this.line, message);
      return;
    }
    this.#record.take(text, object, this.#reading.columns);
    this.#reading.onRecord(this.#record, this.line);
  }

  #begin(names: string[]): void {
    this.#reading.onColumns({ names, delimiter: ',' });
    locateCustomerColumns(names, this.#reading.columns);
    this.#record.names = new Set(names);
  }
}

class NdjsonRecord implements CustomerRecord {
  readonly customer = Object.fromEntries(
    CUSTOMER_FIELDS.map((field) => [field, null]),
  ) as unknown as Customer;
  readonly csv = null;
  json = '';
  names: Set<string> | null = null;
  #object: JsonObject = {};

  take(json: string, object: JsonObject, columns: CustomerReading['columns']): void {
    this.json = json;
    this.#object = object;
    for (const field of CUSTOMER_FIELDS) this.customer[field] = object[columns[field]];
  }

  fields(): readonly string[] {
    return Array.from(this.names ?? [], (name) => textOf(this.#object[name]));
  }
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
