import type { Cube } from '../../../src/core/cube/cube.ts';
import { MISSING } from '../../../src/core/missing.ts';
import { periodIndex } from '../../../src/core/period.ts';
import type { Feature } from '../../../src/core/segments/features.ts';
import { daysBetween, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';

/** Places for cells. */
const PLACES = 1 << 15;

/**
 * Counts rows by cell in memory that has no objects. Each cell has a place; where another one is in it, that goes to the cube,
 * as do all at the end.
 */
export class CellCounts {
  readonly #cube: Cube;
  readonly #names: readonly string[];
  readonly #orders: Int32Array;
  readonly #sinceLast: Int32Array;
  readonly #sinceFirst: Int32Array;
  readonly #weekday: Int32Array;
  readonly #hour: Int32Array;
  /** The cell in each place, where it has rows. */
  readonly #rows = new Int32Array(PLACES);
  readonly #groups = new Float64Array(PLACES);
  readonly #amounts = new Float64Array(PLACES);
  readonly #countries = new Int32Array(PLACES);
  /** The day of the row before, and what all rows of that day have in the number of their group. */
  #day = Number.NaN;
  #ofDay = 0;

  /** @param names the country of each number, which may become more */
  constructor(cube: Cube, names: readonly string[]) {
    this.#cube = cube;
    this.#names = names;
    const table = (name: Feature) =>
      cube.layout.addresses.find(({ feature }) => feature === name)?.table ?? new Int32Array(1);
    this.#orders = table('total_orders');
    this.#sinceLast = table('days_since_last_order');
    this.#sinceFirst = table('days_since_first_order');
    this.#weekday = table('weekday');
    this.#hour = table('hour');
  }

  /** Counts a row. Its times are seconds; the first order, the orders and the amount may be MISSING. */
  add(
    country: number,
    amount: number,
    timestamp: number,
    lastOrder: number,
    firstOrder: number,
    orders: number,
  ): void {
    const day = Math.floor(timestamp / SECONDS_PER_DAY);
    if (day !== this.#day) {
      const { period, combinations } = this.#cube.layout;
      this.#day = day;
      this.#ofDay = periodIndex(period, timestamp) * combinations + at(this.#weekday, weekdayOf(day));
    }
    this.#cube.span(timestamp, timestamp);
    if (orders === MISSING) this.#cube.country(this.#names[country] ?? '').totalOrdersFilled++;
    const group =
      this.#ofDay +
      at(this.#orders, orders === MISSING ? 0 : orders) +
      at(this.#sinceLast, daysBetween(lastOrder, timestamp)) +
      (firstOrder === MISSING || firstOrder > timestamp
        ? 0
        : at(this.#sinceFirst, daysBetween(firstOrder, timestamp))) +
      at(this.#hour, ((timestamp - day * SECONDS_PER_DAY) / 3600) | 0);
    this.#count(country, amount === MISSING ? MISSING_AMOUNT : amount, group);
  }

  #count(country: number, amount: number, group: number): void {
    const hash = Math.imul(Math.imul(group | 0, 0x9e3779b1) + ((amount * 100) | 0), 0x85ebca6b) + country;
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    if (
      this.#groups[place] !== group ||
      this.#amounts[place] !== amount ||
      this.#countries[place] !== country
    ) {
      this.#clear(place);
      this.#groups[place] = group;
      this.#amounts[place] = amount;
      this.#countries[place] = country;
    }
    this.#rows[place] = (this.#rows[place] ?? 0) + 1;
  }

  /** Adds all that was counted to the cube. */
  end(): void {
    for (let place = 0; place < PLACES; place++) this.#clear(place);
  }

  #clear(place: number): void {
    const rows = this.#rows[place] ?? 0;
    if (rows === 0) return;
    const cell = [this.#groups[place] ?? 0, this.#amounts[place] ?? 0, rows];
    this.#cube.addCells(this.#names[this.#countries[place] ?? 0] ?? '', cell);
    this.#rows[place] = 0;
  }
}

/** As core/segments/features.ts has it. */
function weekdayOf(day: number): number {
  return (((day % 7) + 10) % 7) + 1;
}

/** The entry of a value; the last one is for all above. */
function at(table: Int32Array, value: number): number {
  return table[Math.min(value, table.length - 1)] ?? 0;
}
