import { nearestAmount } from '../money.ts';
import type { ServedStatistic } from '../segments/schema.ts';
import { MISSING_AMOUNT } from '../values.ts';

/** The statistics of one cell: all that the history says of the amounts given there. */
export interface Statistic {
  /** Kept rows. */
  count: number;
  /** Of these, rows with an amount of their own. */
  observed: number;
  /** Of the observed and filled amounts; null where there is neither. */
  mean: number | null;
  /** Of the observed amounts, the lower one of two; null without any. */
  median: number | null;
  /** The most frequent observed amount, a tie to the smaller; null without any. */
  mode: number | null;
  /** The lower and the upper quartile of the observed amounts: a quarter, or three, of the rows lie at or below; null without any. */
  q1: number | null;
  q3: number | null;
  /** Of the mean of the observed amounts: sample standard deviation / √observed; null for fewer than two rows. */
  standard_error: number | null;
  /** The same statistics, pulled toward the coarser level where the cell's own rows are few: see shrink.ts. */
  shrunk_mean: number | null;
  shrunk_median: number | null;
  shrunk_mode: number | null;
  /** Rows for each observed amount. */
  amounts: Record<string, number>;
  /** By period; a combination has none, nor has a cell of an artifact without periods. */
  trend?: Trend | undefined;
}

/** How a cell went: an entry for each period of the artifact, the oldest first. */
export interface Trend {
  /** Kept rows. */
  rows: number[];
  /** Of the observed and filled amounts, as the mean of the cell is; null without any. */
  mean: (number | null)[];
}

/** What a cell's own rows say; the rest takes a coarser level. */
export type OwnStatistic = Omit<Statistic, 'shrunk_mean' | 'shrunk_median' | 'shrunk_mode' | 'trend'>;

/** Rows by amount. */
export type Counts = Map<number, number>;

/** Amounts with their rows. */
export type Pairs = readonly [amount: number, rows: number][];

/** What falls into one cell before its statistics are made. */
export class Tally {
  readonly observed: Counts = new Map();
  /** Rows without an amount of their own, by the amount that replaces it. */
  readonly filled: Counts = new Map();
  unfilled = 0;
  #observedPairs: Pairs | null = null;
  #filledPairs: Pairs | null = null;

  observe(amount: number, rows: number): void {
    increase(this.observed, amount, rows);
    this.#observedPairs = null;
  }

  fill(amount: number | null, rows: number): void {
    if (amount === null) this.unfilled += rows;
    else increase(this.filled, amount, rows);
    this.#filledPairs = null;
  }

  /** Counts rows by amount, those without one by what replaces it. */
  add(amounts: Pairs, substitute: number | null): void {
    for (const [amount, rows] of amounts) {
      if (amount === MISSING_AMOUNT) this.fill(substitute, rows);
      else this.observe(amount, rows);
    }
  }

  /** The observed amounts with their rows, ascending. */
  get observedPairs(): Pairs {
    this.#observedPairs ??= ascending(this.observed);
    return this.#observedPairs;
  }

  /** What the mean is of: the observed amounts with their rows, ascending, then the filled ones. */
  get pairs(): Pairs {
    this.#filledPairs ??= ascending(this.filled);
    return this.#filledPairs.length === 0
      ? this.observedPairs
      : [...this.observedPairs, ...this.#filledPairs];
  }

  /** Rows with an amount of their own. */
  get rowsObserved(): number {
    return total(this.observed);
  }

  get rows(): number {
    return this.rowsObserved + total(this.filled) + this.unfilled;
  }

  /** Of the observed and filled amounts; null where there is neither. */
  get mean(): number | null {
    return weightedMean(this.pairs);
  }

  statistic(): OwnStatistic {
    const observed = this.observedPairs;
    const rowsObserved = rowsIn(observed);
    return {
      count: this.rows,
      observed: rowsObserved,
      mean: this.mean,
      median: lowerQuantile(observed, 0.5 * rowsObserved),
      mode: mostFrequent(observed),
      q1: lowerQuantile(observed, 0.25 * rowsObserved),
      q3: lowerQuantile(observed, 0.75 * rowsObserved),
      standard_error: standardError(observed, rowsObserved),
      amounts: rowsByAmount(observed),
    };
  }
}

/** The largest index that an object may have. */
const LARGEST_INDEX = String(2 ** 32 - 2);

/**
 * @returns rows by amount, as an object. Whole amounts are indexes to V8, which would keep room for every number up to the
 *   largest of them: some ten kilobytes for each cell. An object that once had an index far away has room for its own alone.
 */
function rowsByAmount(pairs: Pairs): Record<string, number> {
  const rows: Record<string, number> = { [LARGEST_INDEX]: 0 };
  Reflect.deleteProperty(rows, LARGEST_INDEX);
  for (const [amount, count] of pairs) rows[String(amount)] = count;
  return rows;
}

/** @returns pairs of amount and rows, the smallest amount first: sums over them have the same bits for every engine */
function ascending(counts: Counts): Pairs {
  return [...counts].sort(([a], [b]) => a - b);
}

/** @returns the mean of amounts with their rows, summed in the order given; null without rows */
export function weightedMean(pairs: Pairs): number | null {
  const total = rowsIn(pairs);
  if (total === 0) return null;
  const sum = pairs.reduce((partial, [amount, rows]) => partial + amount * rows, 0);
  if (Number.isFinite(sum)) return sum / total;
  // The sum passes the largest double, the mean cannot.
  return pairs.reduce((partial, [amount, rows]) => partial + amount * (rows / total), 0);
}

/** @returns the amount to serve from a cell, before it is rounded; null where the cell has none */
export function servedAmount(
  statistic: Statistic,
  which: ServedStatistic,
  countryAmounts: readonly number[],
): number | null {
  if (which !== 'mean_snapped') return statistic[which];
  return statistic.mean === null ? null : nearestAmount(countryAmounts, statistic.mean);
}

function increase(counts: Counts, amount: number, rows: number): void {
  counts.set(amount, (counts.get(amount) ?? 0) + rows);
}

/** @returns the rows of all amounts */
export function total(counts: ReadonlyMap<unknown, number>): number {
  let rows = 0;
  for (const n of counts.values()) rows += n;
  return rows;
}

/** @returns the sum of the rows of pairs */
export function rowsIn(pairs: Pairs): number {
  return pairs.reduce((sum, [, rows]) => sum + rows, 0);
}

/** @returns the smallest amount with at least `rows` rows at or below it; null without any */
export function lowerQuantile(pairs: Pairs, rows: number): number | null {
  let before = 0;
  for (const [amount, n] of pairs) {
    before += n;
    if (before >= rows) return amount;
  }
  return null;
}

/** @returns the amount with the most rows, a tie to the first; null without any */
export function mostFrequent(pairs: Pairs): number | null {
  let best: [number, number] | null = null;
  for (const pair of pairs) if (best === null || pair[1] > best[1]) best = pair;
  return best === null ? null : best[0];
}

/** @returns the sum of squared distances from `mean` */
export function squaresAround(pairs: Pairs, mean: number): number {
  return pairs.reduce((sum, [amount, rows]) => sum + rows * (amount - mean) ** 2, 0);
}

function standardError(pairs: Pairs, rows: number): number | null {
  const mean = weightedMean(pairs);
  if (mean === null || rows < 2) return null;
  const error = Math.sqrt(squaresAround(pairs, mean) / (rows - 1) / rows);
  // Amounts so large that their squares pass the largest double have no error that could be told.
  return Number.isFinite(error) ? error : null;
}
