import type { Cube } from '../../../src/core/cube/cube.ts';
import { MISSING } from '../../../src/core/missing.ts';
import { periodIndex } from '../../../src/core/period.ts';
import { FEATURES, type Feature, UNKNOWN } from '../../../src/core/segments/features.ts';
import { daysBetween, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';

/** Places for cells at most, the least, and about the bytes of a row: there may be many small files. */
const [MOST, LEAST, ROW] = [1 << 15, 1 << 8, 64] as const;
const CELL = 4;
/** Facts of which the time alone is known. */
const ONLY_A_TIME = { daysSinceLastOrder: UNKNOWN, daysSinceFirstOrder: UNKNOWN, totalOrders: UNKNOWN };

/**
 * Counts rows by cell in memory without objects. Each cell has a place. If another cell is in it, that one moves to the cube;
 * at the end all do.
 */
export class CellCounts {
  readonly #cube: Cube;
  readonly #names: readonly string[];
  readonly #orders: Int32Array;
  readonly #sinceLast: Int32Array;
  readonly #sinceFirst: Int32Array;
  readonly #weekday: Int32Array;
  readonly #hour: Int32Array;
  /** Four numbers for each place: the group, the amount and the country of its cell, and how many rows that has. */
  readonly #cells: Float64Array;
  /** The day of the row before, and what all rows of that day have in the number of their group. */
  #day = Number.NaN;
  #ofDay = 0;

  /**
   * @param names the country of each number, which may become more
   * @param bytes about how many will be counted; 0 where that is not known
   */
  constructor(cube: Cube, names: readonly string[], bytes: number) {
    const rows = bytes === 0 ? MOST : bytes / ROW;
    const places = 2 ** Math.ceil(Math.log2(Math.min(MOST, rows + LEAST)));
    this.#cells = new Float64Array(places * CELL);
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
      const weekday = FEATURES.weekday.of({ ...ONLY_A_TIME, asOf: timestamp });
      this.#ofDay = periodIndex(period, timestamp) * combinations + at(this.#weekday, weekday);
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
    const cells = this.#cells;
    const hash = Math.imul(Math.imul(group | 0, 0x9e3779b1) + ((amount * 100) | 0), 0x85ebca6b) + country;
    const place = ((hash ^ (hash >>> 16)) & (cells.length / CELL - 1)) * CELL;
    if (cells[place] !== group || cells[place + 1] !== amount || cells[place + 2] !== country) {
      this.#clear(place);
      cells[place] = group;
      cells[place + 1] = amount;
      cells[place + 2] = country;
    }
    cells[place + 3] = (cells[place + 3] ?? 0) + 1;
  }

  /** Adds all that was counted to the cube. */
  end(): void {
    for (let place = 0; place < this.#cells.length; place += CELL) this.#clear(place);
  }

  #clear(place: number): void {
    const [group = 0, amount = 0, country = 0, rows = 0] = this.#cells.subarray(place, place + CELL);
    if (rows > 0) this.#cube.addCells(this.#names[country] ?? '', [group, amount, rows]);
    this.#cells[place + 3] = 0;
  }
}

/** The entry of a value; the last one is for all above. */
function at(table: Int32Array, value: number): number {
  return table[Math.min(value, table.length - 1)] ?? 0;
}
