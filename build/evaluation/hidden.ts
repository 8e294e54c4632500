import type { Config } from '../../src/core/config/config.ts';
import { type MoneyConfig, moneyOf } from '../../src/core/config/country-money.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { foldCountries, groupsOf } from '../../src/core/estimate/estimate.ts';
import { imputerFor } from '../../src/core/estimate/impute.ts';
import { onceFor } from '../../src/core/once-per.ts';
import { MISSING_AMOUNT } from '../../src/core/values.ts';
import { addError, noErrors, summarize } from './errors.ts';

/** How well an imputation finds amounts that were hidden from it. */
export interface ImputationScore {
  imputation: Config['imputation'];
  /** Amounts that were hidden; 0 where the imputation fills nothing. */
  hidden: number;
  /** Shares of the average hidden amount of the same currency. */
  mae: number | null;
  rmse: number | null;
}

/** One in this many known amounts is hidden. */
export const HIDE_ONE_IN = 5;

interface Hidden {
  bands: readonly number[];
  amount: number;
  rows: number;
}

/**
 * Hides one known amount in {@link HIDE_ONE_IN}, evenly over each country's cells, fills in what is missing then, and
 * compares. Amounts that are really missing may be of another kind than those which are known, so that this is a
 * comparison of imputations, not what either will get right.
 */
export function scoreImputations(
  cube: Cube,
  config: MoneyConfig,
  imputations: readonly Config['imputation'][],
): ImputationScore[] {
  const money = moneyOf(config);
  const sums = imputations.map((imputation) => ({
    imputation,
    lines: [] as Parameters<typeof summarize>[0][number][],
  }));
  for (const { shown, spellings } of foldCountries(cube).values()) {
    const groups = groupsOf(cube, spellings);
    const { kept, hidden } = hide(groups);
    for (const sum of sums) {
      const imputer = imputerFor(sum.imputation, kept, cube.layout.segments);
      const errors = noErrors();
      const guessFor = onceFor((bands: readonly number[]) => imputer({ bands, amounts: new Map() }));
      for (const { bands, amount, rows } of hidden) {
        const guess = guessFor(bands);
        if (guess === null) continue;
        addError(errors, guess, amount, rows);
      }
      if (errors.rows > 0) sum.lines.push({ country: shown, currency: money(shown).currency, ...errors });
    }
  }
  return sums.map(({ imputation, lines }) => {
    const hidden = lines.reduce((rows, line) => rows + line.rows, 0);
    if (hidden === 0) return { imputation, hidden, mae: null, rmse: null };
    const { mae, rmse } = summarize(lines);
    return { imputation, hidden, mae, rmse };
  });
}

function hide(groups: ReturnType<typeof groupsOf>) {
  let seen = 0;
  const hidden: Hidden[] = [];
  const kept = groups.map(({ bands, amounts }) => {
    const left = new Map<number, number>();
    for (const [amount, rows] of [...amounts].sort(([a], [b]) => a - b)) {
      if (amount === MISSING_AMOUNT) continue;
      const taken = Math.floor((seen + rows) / HIDE_ONE_IN) - Math.floor(seen / HIDE_ONE_IN);
      seen += rows;
      if (taken > 0) hidden.push({ bands, amount, rows: taken });
      if (rows > taken) left.set(amount, rows - taken);
    }
    return { bands, amounts: left };
  });
  return { kept, hidden };
}
