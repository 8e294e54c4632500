import { amount, plural } from './format.ts';

/** Below this many rows a mean is hardly more than luck. */
export const THIN = 30;

/** Student's t for 95 % and few degrees of freedom; from 30 on the normal distribution is close enough. */
const T = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1,
  2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05,
];
const NORMAL = 1.96;

/** What is used of a cell. */
interface Figures {
  count?: number | undefined;
  observed?: number | undefined;
  mean?: number | null | undefined;
  standard_error?: number | null | undefined;
}

/**
 * The 95 % confidence interval of the mean: mean ± t × standard error. No amount is below 0, so neither is the interval.
 *
 * @returns null where fewer than two rows have an amount of their own
 */
export function interval({
  mean,
  standard_error,
  observed = 0,
}: Figures): { low: number; high: number } | null {
  if (mean == null || standard_error == null || observed < 2) return null;
  const reach = (T[observed - 2] ?? NORMAL) * standard_error;
  return { low: Math.max(0, mean - reach), high: mean + reach };
}

/** @returns the interval in words: "between 3,360 and 3,419, from 15,430 rows" */
export function certainty(cell: Figures, currency?: string): string {
  const { count: rows = 0 } = cell;
  const found = interval(cell);
  const from = plural(rows, 'row');
  if (found === null) return `not known, from ${from}`;
  // As many digits as the width of the interval is worth.
  const digits = (value: number) =>
    found.high - found.low >= 10 ? amount(Math.round(value)) : amount(value, true);
  const [low, high] = [digits(found.low), digits(found.high)];
  const unit = currency === undefined ? '' : `\u00a0${currency}`;
  return low === high ? `${low}${unit}, from ${from}` : `between ${low} and ${high}${unit}, from ${from}`;
}

/** Whether the mean of a cell cannot be told from another mean: that lies in its interval. */
export function withinChance(cell: Figures, mean: number): boolean {
  const found = interval(cell);
  return found === null || (found.low <= mean && mean <= found.high);
}
