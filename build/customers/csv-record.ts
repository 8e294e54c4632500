import type { Customer, CustomerField, CustomerRecord } from './record.ts';

const CARRIAGE_RETURN = 13;

/** The record of CSV that was read last: one object for all of a file. */
export class CsvRecord implements CustomerRecord {
  readonly customer: Customer = {
    country_code: '',
    last_order_ts: '',
    first_order_ts: '',
    total_orders: '',
    segment_name: '',
  };
  readonly json = null;
  csv = '';
  readonly #delimiter: string;
  readonly #width: number;
  readonly #positions: Record<CustomerField, number>;
  /** Where each column starts in the line; one more, where the line ends. */
  readonly #starts: Int32Array;
  /** The fields of a record with quotes; null where the delimiters alone tell them. */
  #parsed: readonly string[] | null = null;

  constructor(delimiter: string, width: number, positions: Record<CustomerField, number>) {
    this.#delimiter = delimiter;
    this.#width = width;
    this.#positions = positions;
    this.#starts = new Int32Array(width + 2);
  }

  /** Takes a line without quotes. @returns whether it has as many fields as there are columns */
  take(text: string, start: number, lineEnd: number): boolean {
    const starts = this.#starts;
    const end = text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN && lineEnd > start ? lineEnd - 1 : lineEnd;
    let column = 0;
    starts[0] = start;
    // Behind the last column there is nothing to look for but one delimiter too many.
    for (let at = this.#next(text, start, end); at < end; at = this.#next(text, at + 1, end)) {
      if (++column === this.#width) return false;
      starts[column] = at + 1;
    }
    if (column !== this.#width - 1 || (column === 0 && text.slice(start, end).trim() === '')) return false;
    starts[column + 1] = end + 1;
    this.csv = text.slice(start, end);
    this.#parsed = null;
    const { customer } = this;
    const { country_code, last_order_ts, first_order_ts, total_orders, segment_name } = this.#positions;
    customer.country_code = this.#field(text, country_code);
    customer.last_order_ts = this.#field(text, last_order_ts);
    customer.first_order_ts = this.#field(text, first_order_ts);
    customer.total_orders = this.#field(text, total_orders);
    customer.segment_name = this.#field(text, segment_name);
    return true;
  }

  /** Takes a record that has been parsed. @returns whether it has as many fields as there are columns */
  takeFields(raw: string, fields: readonly string[]): boolean {
    if (fields.length !== this.#width) return false;
    this.csv = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    this.#parsed = fields;
    for (const [name, position] of Object.entries(this.#positions)) {
      this.customer[name as CustomerField] = fields[position] ?? '';
    }
    return true;
  }

  fields(): readonly string[] {
    return this.#parsed ?? this.csv.split(this.#delimiter);
  }

  /** The position of the next delimiter, or one that is not before `end`. */
  #next(text: string, from: number, end: number): number {
    if (this.#width > 1) {
      const at = text.indexOf(this.#delimiter, from);
      return at === -1 ? end : at;
    }
    // Where lines have no delimiter, one would be looked for to the end of the text, for each line anew.
    const at = text.slice(from, end).indexOf(this.#delimiter);
    return at === -1 ? end : from + at;
  }

  #field(text: string, column: number): string {
    if (column === -1) return '';
    return text.slice(this.#starts[column], (this.#starts[column + 1] ?? 0) - 1);
  }
}
