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
  /** Rows for each observed amount. */
  amounts: Record<string, number>;
}

/** Rows by amount. */
export type Counts = Map<number, number>;

/** What falls into one cell before its statistics are made. */
export class Tally {
  readonly observed: Counts = new Map();
  /** Rows without an amount of their own, by the amount that stands in for it. */
  readonly filled: Counts = new Map();
  unfilled = 0;

  observe(amount: number, rows: number): void {
    increase(this.observed, amount, rows);
  }

  fill(amount: number | null, rows: number): void {
    if (amount === null) this.unfilled += rows;
    else increase(this.filled, amount, rows);
  }

  statistic(): Statistic {
    const observed = ascending(this.observed);
    const filled = ascending(this.filled);
    const rowsObserved = rowsIn(observed);
    return {
      count: rowsObserved + rowsIn(filled) + this.unfilled,
      observed: rowsObserved,
      mean: weightedMean([...observed, ...filled]),
      median: lowerMedian(observed, rowsObserved),
      mode: mostFrequent(observed),
      amounts: Object.fromEntries(observed.map(([amount, rows]) => [String(amount), rows])),
    };
  }
}

/** @returns pairs of amount and rows, the smallest amount first: sums over them have the same bits for every engine */
export function ascending(counts: Counts): [amount: number, rows: number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

/** @returns the mean of amounts with their rows, summed in the order given; null without rows */
export function weightedMean(pairs: readonly [amount: number, rows: number][]): number | null {
  const total = rowsIn(pairs);
  if (total === 0) return null;
  const sum = pairs.reduce((partial, [amount, rows]) => partial + amount * rows, 0);
  if (Number.isFinite(sum)) return sum / total;
  // The sum passes the largest double, the mean cannot.
  return pairs.reduce((partial, [amount, rows]) => partial + amount * (rows / total), 0);
}

/** @returns the amount of `amounts` nearest to `target`, a tie to the smaller; null without any */
export function nearestAmount(amounts: readonly number[], target: number): number | null {
  let nearest: number | null = null;
  for (const amount of amounts) {
    const closer = nearest === null ? -1 : Math.abs(amount - target) - Math.abs(nearest - target);
    if (closer < 0 || (closer === 0 && nearest !== null && amount < nearest)) nearest = amount;
  }
  return nearest;
}

function increase(counts: Counts, amount: number, rows: number): void {
  counts.set(amount, (counts.get(amount) ?? 0) + rows);
}

function rowsIn(pairs: readonly [number, number][]): number {
  return pairs.reduce((sum, [, rows]) => sum + rows, 0);
}

function lowerMedian(pairs: readonly [number, number][], total: number): number | null {
  let before = 0;
  for (const [amount, rows] of pairs) {
    before += rows;
    if (before * 2 >= total) return amount;
  }
  return null;
}

function mostFrequent(pairs: readonly [number, number][]): number | null {
  let best: [number, number] | null = null;
  for (const pair of pairs) if (best === null || pair[1] > best[1]) best = pair;
  return best === null ? null : best[0];
}
