import { DataError } from '../../src/core/errors.ts';
import {
  isPadding,
  joinedLines,
  LONGEST_RECORD,
  PADDED,
  shortPadding,
} from '../../src/core/history/csv-text.ts';
import { bareLine, jsonObject, membersWithin, plainValue } from '../../src/core/history/json-values.ts';
import { shown } from '../../src/core/shown.ts';
import {
  CUSTOMER_FIELDS,
  type CustomerField,
  type CustomerReading,
  type CustomerRecord,
  type CustomerSink,
  emptyCustomer,
  locateCustomerColumns,
} from './record.ts';

type JsonObject = Readonly<Record<string, unknown>>;

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
  #line = 1;

  constructor(reading: CustomerReading) {
    this.#reading = reading;
  }

  push(text: string): void {
    this.#rest = joinedLines(this.#rest, text);
    let at = 0;
    for (let end = this.#rest.indexOf('\n'); end !== -1; end = this.#rest.indexOf('\n', at)) {
      this.#read(bareLine(this.#rest.slice(at, end)));
      at = end + 1;
    }
    this.#rest = shortPadding(this.#rest.slice(at));
    if (this.#rest.length > LONGEST_RECORD) {
      throw new DataError(
        `line ${this.#line}: expected a line of at most ${LONGEST_RECORD} characters, found more`,
      );
    }
  }

  end(): void {
    this.#read(bareLine(this.#rest));
    const [first] = this.#early;
    const trouble = first === undefined ? '' : `: line ${first[1]} is not a JSON object`;
    if (this.#sink === null) throw new DataError(`expected a JSON object on each line, found none${trouble}`);
  }

  #read(text: string): void {
    if (isPadding(text)) this.#reading.onRemark(PADDED);
    else if (text !== '') this.#readObject(text);
    this.#line++;
  }

  #readObject(text: string): void {
    const object = jsonObject(text);
    if (object === null) {
      this.#malformed(text, this.#line);
      return;
    }
    const sink = this.#sink ?? this.#begin(object);
    const unknown = Object.keys(object).find((name) => !this.#record.names.has(name));
    if (unknown !== undefined) {
      const message = `expected the members of the first object, found ${shown(unknown)} as well`;
      sink.onMalformed(text, this.#line, message);
      return;
    }
    this.#record.take(text, object);
    sink.onRecord(this.#record, this.#line);
  }

  #malformed(text: string, line: number): void {
    if (this.#sink !== null) this.#sink.onMalformed(text, line, NO_OBJECT);
    else if (this.#early.length < MOST_EARLY) this.#early.push([text, line]);
    else throw new DataError(`line ${line}: ${NO_OBJECT}, as on all lines before it`);
  }

  #begin(object: JsonObject): CustomerSink {
    const within = membersWithin(object, Object.values(this.#reading.columns));
    if (within !== '') throw new DataError(`line ${this.#line}: ${within}`);
    const names = Object.keys(object);
    const sink = this.#reading.onColumns({ names, delimiter: ',' });
    const positions = locateCustomerColumns(names, this.#reading.columns);
    this.#record.members = CUSTOMER_FIELDS.map((field) => [field, names[positions[field]] ?? '']);
    this.#record.names = new Set(names);
    this.#sink = sink;
    for (const [text, line] of this.#early) sink.onMalformed(text, line, NO_OBJECT);
    return sink;
  }
}

const NO_OBJECT = 'expected a JSON object, found something else';
const MOST_EARLY = 100;

class NdjsonRecord implements CustomerRecord {
  readonly customer = emptyCustomer();
  readonly numbers = null;
  readonly csv = null;
  json = '';
  names: ReadonlySet<string> = new Set();
  /** The name of the member that has each field. */
  members: readonly (readonly [CustomerField, string])[] = [];
  #object: JsonObject = {};

  take(json: string, object: JsonObject): void {
    this.json = json;
    this.#object = object;
    for (const [field, name] of this.members) this.customer[field] = plainValue(object[name]);
    // As in a history: a number is the name of a country, and false says nothing.
    const { country_code: country } = this.customer;
    if (typeof country === 'number') this.customer.country_code = String(country);
    else if (typeof country === 'boolean') this.customer.country_code = '';
    // Which time a number is depends on the setting, as in a history.
    for (const field of ['last_order_ts', 'first_order_ts'] as const) {
      const time = this.customer[field];
      if (typeof time === 'number') this.customer[field] = String(time);
    }
  }

  fields(): readonly string[] {
    return Array.from(this.names, (name) => textOf(this.#object[name]));
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
