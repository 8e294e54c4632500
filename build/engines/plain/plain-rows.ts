import type { CountingConfig, RowCounter } from '../../../src/core/cube/row-counter.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import type { CsvShape } from '../../../src/core/history/csv-shape.ts';
import { LONGEST_RECORD } from '../../../src/core/history/csv-text.ts';
import { isPlain } from '../../../src/core/history/unread.ts';
import { MISSING } from '../../../src/core/missing.ts';
import type { PlainLines } from '../../read/csv-lines.ts';
import { CellCounts } from './cell-counts.ts';
import { Countries } from './countries.ts';
import { CARRIAGE_RETURN, isEnd, LINE_FEED, NOT_PLAIN, PlainFields, QUOTE } from './plain-fields.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** What is in a column: the number of its field, or nothing that is used. */
const [TIMESTAMP, COUNTRY, LAST_ORDER, FIRST_ORDER, ORDERS, AMOUNT] = [0, 1, 2, 3, 4, 5] as const;
const NOT_USED = FIELDS.length;

/**
 * Counts the lines of CSV that are plain, right from their bytes: each of their fields is a time of a usual form, a plain
 * number, a country, or empty, in quotes or not. That takes half of the time that text takes. What
 * it makes of a line is what {@link RowCounter} makes of it, which counts all others.
 */
export class PlainRows {
  readonly #config: CountingConfig;
  readonly #counter: RowCounter;
  readonly #dropped: boolean;
  readonly #countries = new Countries();
  readonly #counts: CellCounts;
  /** What was read for each field; the last one is of columns that are not used. */
  readonly #values = new Float64Array(FIELDS.length + 1).fill(MISSING);

  /**
   * @param counter receives the rows
   * @param bytes about how many there will be; 0 where that is not known
   * @param dropped whether the line of a row that is dropped may be plain: where rejects are written, it has to be shown
   */
  constructor(
    config: CountingConfig,
    counter: RowCounter,
    { dropped, bytes }: { dropped: boolean; bytes: number },
  ) {
    this.#config = config;
    this.#counter = counter;
    this.#dropped = dropped;
    this.#counts = new CellCounts(counter.cube, this.#countries.names, bytes);
  }

  of = ({ delimiter, header }: CsvShape): PlainLines | null => {
    const { columns, numbers } = this.#config;
    const positions = Object.entries(locateColumns(header, columns)) as [Field, number][];
    const contents = new Uint8Array(header.length).fill(NOT_USED);
    for (const [field, position] of positions)
      if (position !== -1) contents[position] = FIELDS.indexOf(field);
    // One column may be two fields.
    const used = positions.filter(([, position]) => position !== -1);
    const isUsual = contents.filter((content) => content !== NOT_USED).length === used.length;
    if (!isUsual || !DELIMITERS.includes(delimiter)) return null;
    const fields = new PlainFields(numbers.decimal === delimiter ? NOT_PLAIN : numbers.decimal.charCodeAt(0));
    return { take: this.#take.bind(this, contents, delimiter.charCodeAt(0), fields) };
  };

  /** Adds what was counted to the cube. */
  end(): void {
    this.#counts.end();
  }

  #take(
    contents: Uint8Array,
    delimiter: number,
    fields: PlainFields,
    bytes: Uint8Array,
    from: number,
    to: number,
  ) {
    const { marks } = this.#counter.notes;
    // Until it knows of a number that tells what the mark is, the counter wants to see numbers with marks.
    const ordersMarked = marks.total_orders !== undefined && isPlain(marks.total_orders.fits);
    const amountMarked = marks.voucher_amount !== undefined && isPlain(marks.voucher_amount.fits);
    const countries = this.#countries;
    const values = this.#values;
    const lastColumn = contents.length - 1;
    let line = from;
    let lines = 0;
    for (; line < to; lines++) {
      let at = line;
      for (let column = 0; column <= lastColumn; column++) {
        const isQuoted = bytes[at] === QUOTE;
        if (isQuoted) at++;
        const content = contents[column] ?? NOT_USED;
        if (content === COUNTRY) at = countries.read(bytes, at, delimiter);
        else if (content === ORDERS) at = fields.decimal(bytes, at, ordersMarked);
        else if (content === AMOUNT) at = fields.decimal(bytes, at, amountMarked);
        else if (content !== NOT_USED) at = fields.time(bytes, at);
        else while (!isEnd(bytes[at] ?? LINE_FEED, delimiter)) at++;
        values[content] = fields.value;
        // What is in quotes ends with one, and has none: another field has none at all.
        if (at === NOT_PLAIN || (isQuoted && bytes[at++] !== QUOTE)) return { at: line, lines };
        if (column < lastColumn && bytes[at++] !== delimiter) return { at: line, lines };
      }
      if (bytes[at] === CARRIAGE_RETURN) at++;
      if (bytes[at] !== LINE_FEED || at - line > LONGEST_RECORD) return { at: line, lines };
      const timestamp = values[TIMESTAMP] ?? MISSING;
      const lastOrder = values[LAST_ORDER] ?? MISSING;
      const orders = values[ORDERS] ?? MISSING;
      if (timestamp === MISSING || lastOrder === MISSING) return { at: line, lines };
      if (orders !== MISSING && !Number.isInteger(orders)) return { at: line, lines };
      if (timestamp < lastOrder) {
        if (!this.#dropped) return { at: line, lines };
        this.#counter.cube.drop(countries.names[countries.found] ?? '', 'negative_days_between_orders');
      } else {
        const firstOrder = values[FIRST_ORDER] ?? MISSING;
        const amount = values[AMOUNT] ?? MISSING;
        this.#counts.add(countries.found, amount, timestamp, lastOrder, firstOrder, orders);
      }
      this.#counter.rows++;
      line = at + 1;
    }
    return { at: line, lines };
  }
}
