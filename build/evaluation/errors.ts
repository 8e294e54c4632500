import { type MoneyLine, type MoneySum, sumByUnit, type Unit } from '../../src/core/sum-money.ts';

/** What went wrong with the amounts of one country: sums over rows, in its money. */
export interface Errors {
  rows: number;
  absolute: number;
  squared: number;
  /** What would have been given, and what was. */
  expected: number;
  real: number;
}

/** The errors of one currency, or of one country without one, in its money. */
export interface UnitErrors extends Unit {
  countries: number;
  rows: number;
  /** Mean absolute and root mean square error. */
  mae: number;
  rmse: number;
  expected_spend: number;
  real_spend: number;
}

/** The errors of all currencies together: shares of the average amount that was given in the same currency. */
export interface RelativeErrors {
  mae: number;
  rmse: number;
  /** What would have been given, as a share of what was. */
  spend: number;
}

const KEYS = ['rows', 'absolute', 'squared', 'expected', 'real'] as const;

export function noErrors(): Errors {
  return { rows: 0, absolute: 0, squared: 0, expected: 0, real: 0 };
}

/** Counts rows that were given `real` and would have been given `expected`. */
export function addError(errors: Errors, expected: number, real: number, rows: number): void {
  errors.rows += rows;
  errors.absolute += Math.abs(expected - real) * rows;
  errors.squared += (expected - real) ** 2 * rows;
  errors.expected += expected * rows;
  errors.real += real * rows;
}

/**
 * Puts the errors of countries together. Amounts of two currencies have no mean, so each error is taken as a share of
 * the average amount that was given in its currency, and the shares are averaged over the rows. In a currency in which
 * nothing was given an error counts as it is.
 *
 * @param lines the errors of each country, one of them at least with rows; a country whose amounts are all missing has none
 */
export function summarize(
  lines: readonly (Errors & { country: string; currency: string | null })[],
): RelativeErrors & { by_currency: UnitErrors[] } {
  const counted: readonly MoneyLine<keyof Errors>[] = lines.filter(({ rows }) => rows > 0);
  const sums = sumByUnit(counted, KEYS);
  const all = noErrors();
  for (const sum of sums) {
    const average = sum.real / sum.rows || 1;
    all.rows += sum.rows;
    all.absolute += sum.absolute / average;
    all.squared += sum.squared / average ** 2;
    all.expected += sum.expected / average;
    all.real += sum.real / average;
  }
  return {
    mae: all.absolute / all.rows,
    rmse: Math.sqrt(all.squared / all.rows),
    spend: all.real === 0 ? 1 : all.expected / all.real,
    by_currency: sums.map(inMoney),
  };
}

function inMoney({ rows, absolute, squared, expected, real, ...unit }: MoneySum<keyof Errors>): UnitErrors {
  return {
    ...unit,
    rows,
    mae: absolute / rows,
    rmse: Math.sqrt(squared / rows),
    expected_spend: expected,
    real_spend: real,
  };
}
