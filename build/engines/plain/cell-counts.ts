import type { Cube } from '../../../src/core/cube/cube.ts';
import { MISSING } from '../../../src/core/missing.ts';
import { periodIndex } from '../../../src/core/period.ts';
import type { Feature } from '../../../src/core/segments/features.ts';
import { daysBetween, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { NO_NUMBER } from './plain-fields.ts';

/** Places for cells, of which half are used at most: few for a small file, of which there may be many. */
const [FEWEST, MOST] = [1 << 8, 1 << 15] as const;
/** About the bytes of a row. */
const ROW = 64;

/** Three numbers for each cell: its group, its amount, its rows. */
export interface CellsOfCountry {
  country: string;
  cells: Float64Array;
}

/** Counts rows by cell in memory that has no objects, for a cube that they are added to now and then. */
export class CellCounts {
  readonly #cube: Cube;
  readonly #names: readonly string[];
  readonly #orders: Int32Array;
  readonly #sinceLast: Int32Array;
  readonly #sinceFirst: Int32Array;
  readonly #weekday: Int32Array;
  readonly #hour: Int32Array;
  /** The cell of each place, where it has rows. */
  #rows = new Int32Array();
  #groups = new Float64Array();
  #amounts = new Float64Array();
  #countries = new Int32Array();
  #used = 0;
  /** Of each country. */
  readonly #filled: number[] = [];
  readonly #dropped: number[] = [];
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  /** Midnight of the day of the row before, and what all rows of that day have in the number of their group. */
  #midnight = Number.NEGATIVE_INFINITY;
  #base = 0;

  /**
   * @param names the country of each number, which may become more
   * @param bytes about how many of CSV will be counted
   */
  constructor(cube: Cube, names: readonly string[], bytes: number) {
    this.#makeRoom(bytes / ROW);
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

  /** Counts a row that is dropped: it was before the last order. */
  drop(country: number): void {
    this.#dropped[country] = (this.#dropped[country] ?? 0) + 1;
  }

  /** Counts a row. Its times are seconds since 1970; the first order may be MISSING. */
  add(
    country: number,
    amount: number,
    timestamp: number,
    lastOrder: number,
    firstOrder: number,
    orders: number,
  ): void {
    if (timestamp < this.#midnight || timestamp >= this.#midnight + SECONDS_PER_DAY) {
      const day = Math.floor(timestamp / SECONDS_PER_DAY);
      const { period, combinations } = this.#cube.layout;
      this.#midnight = day * SECONDS_PER_DAY;
      // The weekday as core/segments/features.ts has it, for days from 1970 on.
      this.#base = periodIndex(period, timestamp) * combinations + at(this.#weekday, ((day + 3) % 7) + 1);
    }
    if (timestamp < this.#first) this.#first = timestamp;
    if (timestamp > this.#last) this.#last = timestamp;
    if (orders === NO_NUMBER) this.#filled[country] = (this.#filled[country] ?? 0) + 1;
    const group =
      this.#base +
      at(this.#orders, orders === NO_NUMBER ? 0 : orders) +
      at(this.#sinceLast, daysBetween(lastOrder, timestamp)) +
      (firstOrder === MISSING || firstOrder > timestamp
        ? 0
        : at(this.#sinceFirst, daysBetween(firstOrder, timestamp))) +
      at(this.#hour, ((timestamp - this.#midnight) / 3600) | 0);
    this.#count(country, amount, group);
  }

  /** Adds what was counted to the cube, but for its cells. @returns the cells of each country */
  take(): CellsOfCountry[] {
    const cells = this.#names.map((): number[] => []);
    for (let place = 0; this.#used > 0 && place < this.#rows.length; place++) {
      const rows = this.#rows[place] ?? 0;
      if (rows > 0)
        cells[this.#countries[place] ?? 0]?.push(this.#groups[place] ?? 0, this.#amounts[place] ?? 0, rows);
    }
    for (const [country, name] of this.#names.entries()) {
      const dropped = this.#dropped[country] ?? 0;
      const totalOrdersFilled = this.#filled[country] ?? 0;
      if (dropped === 0 && totalOrdersFilled === 0) continue;
      const reasons = { negative_days_between_orders: dropped };
      this.#cube.addCleaning(name, { dropped: reasons, totalOrdersFilled, unreadable: {} });
    }
    if (this.#first <= this.#last) this.#cube.span(this.#first, this.#last);
    this.#used = 0;
    this.#rows.fill(0);
    this.#dropped.length = 0;
    this.#filled.length = 0;
    return cells.flatMap((own, at) =>
      own.length > 0 ? { country: this.#names[at] ?? '', cells: Float64Array.from(own) } : [],
    );
  }

  /** Adds all that was counted to the cube. */
  flush(): void {
    for (const { country, cells } of this.take()) this.#cube.addCells(country, cells);
  }

  #count(country: number, amount: number, group: number): void {
    const hash = Math.imul(Math.imul(group | 0, 0x9e3779b1) + ((amount * 100) | 0), 0x85ebca6b) + country;
    const last = this.#rows.length - 1;
    let place = (hash ^ (hash >>> 16)) & last;
    for (; this.#rows[place] !== 0; place = (place + 1) & last) {
      if (
        this.#groups[place] === group &&
        this.#amounts[place] === amount &&
        this.#countries[place] === country
      ) {
        this.#rows[place] = (this.#rows[place] ?? 0) + 1;
        return;
      }
    }
    this.#groups[place] = group;
    this.#amounts[place] = amount;
    this.#countries[place] = country;
    this.#rows[place] = 1;
    this.#used++;
    if (this.#used <= last / 2) return;
    this.flush();
    this.#makeRoom(4 * last);
  }

  #makeRoom(places: number): void {
    let room: number = FEWEST;
    while (room < places && room < MOST) room *= 2;
    if (room === this.#rows.length) return;
    this.#rows = new Int32Array(room);
    this.#groups = new Float64Array(room);
    this.#amounts = new Float64Array(room);
    this.#countries = new Int32Array(room);
  }
}

/** The entry of a value; the last one is for all above. */
function at(table: Int32Array, value: number): number {
  return table[Math.min(value, table.length - 1)] ?? 0;
}
