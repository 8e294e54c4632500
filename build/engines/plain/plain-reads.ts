import type { RowCounter } from '../../../src/core/cube/row-counter.ts';
import { MISSING, UNREADABLE } from '../../../src/core/missing.ts';
import type { ReadRows } from '../../read/reading.ts';
import { CellCounts } from './cell-counts.ts';
import { addCountry } from './countries.ts';
import { NO_NUMBER } from './plain-fields.ts';

/** As many bytes of CSV as one of Parquet often is. */
const UNPACKED = 8;
/**
 * Counts the rows of Parquet that are plain, of which nothing has to be said: their times are from 1970 on, and what is not
 * missing was read. What it makes of a row is what {@link RowCounter} makes of it, which counts all others.
 */
export class PlainReads {
  readonly #counter: RowCounter;
  readonly #dropped: boolean;
  readonly #names: string[] = [];
  readonly #counts: CellCounts;
  /** The number of each text that was a country. */
  readonly #numbers = new Map<string, number>();

  /**
   * @param counter receives the counts, the last of them at the {@link end}
   * @param dropped whether a row that is dropped may be plain: where rejects are written, it has to be shown
   * @param bytes of the file
   */
  constructor(counter: RowCounter, { dropped, bytes }: { dropped: boolean; bytes: number }) {
    this.#counter = counter;
    this.#dropped = dropped;
    this.#counts = new CellCounts(counter.cube, this.#names, UNPACKED * bytes);
  }

  /** Counts rows as long as they are plain. @returns where it stops: at a row, or at `to` */
  take = ({ numbers, country: textOf }: ReadRows, from: number, to: number): number => {
    const { timestamp: timestamps, last_order_ts: lastOrders, first_order_ts: firstOrders } = numbers;
    const { total_orders: orders, voucher_amount: amounts } = numbers;
    let text: string | null = null;
    let country = NO_COUNTRY;
    let row = from;
    for (; row < to; row++) {
      const timestamp = timestamps[row] ?? MISSING;
      const lastOrder = lastOrders[row] ?? MISSING;
      const firstOrder = firstOrders[row] ?? MISSING;
      const total = orders[row] ?? MISSING;
      const amount = amounts[row] ?? MISSING;
      if (!(timestamp >= 0 && lastOrder >= 0 && timestamp < UNREADABLE && lastOrder < UNREADABLE)) break;
      if (firstOrder === UNREADABLE || total === UNREADABLE || amount === UNREADABLE) break;
      const own = textOf(row);
      if (own !== text) {
        text = own;
        country = this.#numberOf(own);
      }
      if (country === NO_COUNTRY) break;
      if (timestamp < lastOrder) {
        if (!this.#dropped) break;
        this.#counts.drop(country);
        continue;
      }
      this.#counts.add(
        country,
        amount === MISSING ? NO_NUMBER : amount,
        timestamp,
        lastOrder,
        firstOrder,
        total === MISSING ? NO_NUMBER : total,
      );
    }
    this.#counter.rows += row - from;
    return row;
  };

  /** Adds what was counted to the cube. */
  end(): void {
    this.#counts.flush();
  }

  #numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (!addCountry(text, this.#names)) return NO_COUNTRY;
    const number = this.#names.length - 1;
    this.#numbers.set(text, number);
    return number;
  }
}

const NO_COUNTRY = -1;
