import type { Cube } from '../cube/cube.ts';
import { periodsOf } from '../cube/cube-parts.ts';
import type { Trend } from './schema.ts';
import { type Given, Tally } from './statistics.ts';

/** A year of months, a quarter of weeks: as many points as a phone shows side by side. */
export const LONGEST_TREND = 12;

/** The most entries that all trends of an artifact have together, about 0.5 MiB of statistics. */
const MOST_ENTRIES = 24_000;

/**
 * @param countries how many have rows
 * @returns the indexes of the periods that trends are about, ascending: the last ones that have rows, and none where
 *   there are so many cells that their trends would crowd out what answers are made from
 */
export function trendPeriods(cube: Cube, countries: number): number[] {
  const cells = cube.layout.segments.reduce((sum, { bands }) => sum + bands.length, 1) * countries;
  const longest = Math.min(LONGEST_TREND, Math.floor(MOST_ENTRIES / cells));
  return longest === 0 ? [] : periodsOf(cube).slice(-longest);
}

/** What falls into each period of some cells. */
export class TrendTallies {
  readonly #places: ReadonlyMap<number, number>;
  readonly #tallies = new Map<Tally, Tally[]>();

  constructor(periods: readonly number[]) {
    this.#places = new Map(periods.map((period, place) => [period, place]));
  }

  /** Counts rows of a period in each of the cells, given by their tallies. */
  add(cells: readonly Tally[], period: number, amounts: readonly Given[], substitute: number | null): void {
    if (this.#places.size === 0) return;
    const place = this.#places.get(period) ?? -1;
    for (const cell of cells) {
      const tallies = this.#tallies.get(cell) ?? [...this.#places].map(() => new Tally());
      this.#tallies.set(cell, tallies);
      tallies[place]?.add(amounts, substitute);
    }
  }

  /** @returns the trend of a cell as a key of its statistic; no key for a cell of which no rows were counted */
  of(cell: Tally): { trend?: Trend } {
    const tallies = this.#tallies.get(cell);
    if (tallies === undefined) return {};
    return { trend: { rows: tallies.map(({ rows }) => rows), mean: tallies.map(({ mean }) => mean) } };
  }
}
