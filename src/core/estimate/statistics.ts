import { nearestAmount } from '../money.ts';
import type { ServedStatistic } from '../segments/schema.ts';
import { MISSING_AMOUNT } from '../values.ts';
import type { Statistic } from './schema.ts';

/** What a cell's own rows say; the rest takes a coarser level. */
export type OwnStatistic = Omit<Statistic, 'shrunk_mean' | 'shrunk_median' | 'shrunk_mode' | 'trend'>;

/** Rows by amount. */
export type Counts = Map<number, number>;

/** An amount with its rows, or with its share of them. */
export interface Given {
  amount: number;
  rows: number;
}

/** What falls into one cell before its statistics are made. */
export class Tally {
  readonly observed: Counts = new Map();
  /** Rows without an amount of their own, by the amount that replaces it. */
  readonly filled: Counts = new Map();
  unfilled = 0;
  #observedAscending: readonly Given[] | null = null;
  #filledAscending: readonly Given[] | null = null;

  observe(amount: number, rows: number): void {
    increase(this.observed, amount, rows);
    this.#observedAscending = null;
  }

  fill(amount: number | null, rows: number): void {
    if (amount === null) this.unfilled += rows;
    else increase(this.filled, amount, rows);
    this.#filledAscending = null;
  }

  /** Counts rows by amount, those without one by what replaces it. */
  add(amounts: readonly Given[], substitute: number | null): void {
    for (const { amount, rows } of amounts) {
      if (amount === MISSING_AMOUNT) this.fill(substitute, rows);
      else this.observe(amount, rows);
    }
  }

  /** The observed amounts with their rows, ascending. */
  get observedAscending(): readonly Given[] {
    this.#observedAscending ??= ascending(this.observed);
    return this.#observedAscending;
  }

  /** What the mean is of: the observed amounts with their rows, ascending, then the filled ones. */
  get given(): readonly Given[] {
    this.#filledAscending ??= ascending(this.filled);
    return this.#filledAscending.length === 0
      ? this.observedAscending
      : [...this.observedAscending, ...this.#filledAscending];
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
    return weightedMean(this.given);
  }

  statistic(): OwnStatistic {
    const observed = this.observedAscending;
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

/** @returns what falls into several cells together, nothing in place of missing amounts */
export function tallyOf(cells: Iterable<Counts>): Tally {
  const tally = new Tally();
  for (const counts of cells) tally.add(asList(counts), null);
  return tally;
}

/** The largest index that an object may have. */
const LARGEST_INDEX = String(2 ** 32 - 2);

/**
 * @returns rows by amount, as an object. Whole amounts are indexes to V8, which would keep room for every number up to the
 *   largest of them: some ten kilobytes for each cell. An object that once had an index far away has room for its own alone.
 */
function rowsByAmount(given: readonly Given[]): Record<string, number> {
  const byAmount: Record<string, number> = { [LARGEST_INDEX]: 0 };
  Reflect.deleteProperty(byAmount, LARGEST_INDEX);
  for (const { amount, rows } of given) byAmount[String(amount)] = rows;
  return byAmount;
}

/** @returns amounts with their rows, the smallest first: sums over them have the same bits for every engine */
function ascending(counts: Counts): Given[] {
  return asList(counts).sort((a, b) => a.amount - b.amount);
}

/** @returns amounts with their rows as a list: it takes less to go through it than through a map */
export function asList(counts: Counts): Given[] {
  const list: Given[] = [];
  counts.forEach((rows, amount) => {
    list.push({ amount, rows });
  });
  return list;
}

/** @returns the mean of amounts with their rows, summed in the order given; null without rows */
export function weightedMean(given: readonly Given[]): number | null {
  const total = rowsIn(given);
  if (total === 0) return null;
  const sum = given.reduce((partial, { amount, rows }) => partial + amount * rows, 0);
  if (Number.isFinite(sum)) return sum / total;
  // The sum passes the largest double, the mean cannot.
  return given.reduce((partial, { amount, rows }) => partial + amount * (rows / total), 0);
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

/** @returns the sum of the rows of all amounts */
export function rowsIn(given: readonly Given[]): number {
  return given.reduce((sum, { rows }) => sum + rows, 0);
}

/** @returns the smallest amount with at least `rows` rows at or below it; null without any */
export function lowerQuantile(given: readonly Given[], rows: number): number | null {
  let before = 0;
  for (const one of given) {
    before += one.rows;
    if (before >= rows) return one.amount;
  }
  return null;
}

/** @returns the amount with the most rows, a tie to the first; null without any */
export function mostFrequent(given: readonly Given[]): number | null {
  let best: Given | null = null;
  for (const one of given) if (best === null || one.rows > best.rows) best = one;
  return best === null ? null : best.amount;
}

/** @returns the sum of squared distances from `mean` */
export function squaresAround(given: readonly Given[], mean: number): number {
  return given.reduce((sum, { amount, rows }) => sum + rows * (amount - mean) ** 2, 0);
}

function standardError(given: readonly Given[], rows: number): number | null {
  const mean = weightedMean(given);
  if (mean === null || rows < 2) return null;
  const error = Math.sqrt(squaresAround(given, mean) / (rows - 1) / rows);
  // Amounts so large that their squares pass the largest double have no error that could be told.
  return Number.isFinite(error) ? error : null;
}
