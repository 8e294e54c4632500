import { DataError } from '../../src/core/errors.ts';
import { joinedLines, LONGEST_RECORD } from '../../src/core/history/csv-text.ts';
import { shown } from '../../src/core/shown.ts';
import { locateCustomerColumns } from './columns.ts';
import {
  CUSTOMER_FIELDS,
  type Customer,
  type CustomerReading,
  type CustomerRecord,
  type CustomerSink,
} from './record.ts';

type JsonObject = Record<string, unknown>;

/**
 * Reads customers from newline-delimited JSON that arrives in pieces. The members of the first object are the
 * columns; a later one may lack some of them, but has no others.
 */
export class NdjsonCustomers {
  readonly #reading: CustomerReading;
  readonly #record = new NdjsonRecord();
  /** Null before the first object, which has the columns. */
  #sink: CustomerSink | null = null;
  /** Lines before it that are not customers. */
  readonly #early: [text: string, line: number][] = [];
  #rest = '';
  line = 1;

  constructor(reading: CustomerReading) {
    this.#reading = reading;
  }

  push(text: string): void {
    this.#rest = joinedLines(this.#rest, text);
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
    const [first] = this.#early;
    const trouble = first === undefined ? '' : `: line ${first[1]} is not a JSON object`;
    if (this.#sink === null) throw new DataError(`expected a JSON object on each line, found none${trouble}`);
  }

  #read(text: string): void {
    if (text !== '') this.#readObject(text);
    this.line++;
  }

  #readObject(text: string): void {
    const object = parseObject(text);
    if (object === null) {
      this.#malformed(text, this.line);
      return;
    }
    const sink = this.#sink ?? this.#begin(Object.keys(object));
    const unknown = Object.keys(object).find((name) => !this.#record.names.has(name));
    if (unknown !== undefined) {
      const message = `expected the members of the first object, found ${shown(unknown)} as well`;
      sink.onMalformed(text, this.line, message);
      return;
    }
    this.#record.take(text, object, this.#reading.columns);
    sink.onRecord(this.#record, this.line);
  }

  #malformed(text: string, line: number): void {
    if (this.#sink !== null) this.#sink.onMalformed(text, line, NO_OBJECT);
    else if (this.#early.length < MOST_EARLY) this.#early.push([text, line]);
    else throw new DataError(`line ${line}: ${NO_OBJECT}, as on all lines before it`);
  }

  #begin(names: string[]): CustomerSink {
    const sink = this.#reading.onColumns({ names, delimiter: ',' });
    locateCustomerColumns(names, this.#reading.columns);
    this.#record.names = new Set(names);
    this.#sink = sink;
    for (const [text, line] of this.#early) sink.onMalformed(text, line, NO_OBJECT);
    return sink;
  }
}

const NO_OBJECT = 'expected a JSON object, found something else';
const MOST_EARLY = 100;

class NdjsonRecord implements CustomerRecord {
  readonly customer = Object.fromEntries(
    CUSTOMER_FIELDS.map((field) => [field, null]),
  ) as unknown as Customer;
  readonly numbers = null;
  readonly csv = null;
  json = '';
  names: ReadonlySet<string> = new Set();
  #object: JsonObject = {};

  take(json: string, object: JsonObject, columns: CustomerReading['columns']): void {
    this.json = json;
    this.#object = object;
    for (const field of CUSTOMER_FIELDS) this.customer[field] = object[columns[field]];
  }

  fields(): readonly string[] {
    return Array.from(this.names, (name) => textOf(this.#object[name]));
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
