import type { Config } from '../../src/core/config/config.ts';
import { moneyOf } from '../../src/core/config/country-money.ts';
import { IMPUTATIONS } from '../../src/core/config/deciding.ts';
import { type Cube, qualityOf } from '../../src/core/cube/cube.ts';
import { entry } from '../../src/core/entry.ts';
import { DataError } from '../../src/core/errors.ts';
import { type CellDrift, driftBetween } from '../../src/core/estimate/drift.ts';
import { estimate, foldCountries } from '../../src/core/estimate/estimate.ts';
import { type Errors, type RelativeErrors, summarize, type UnitErrors } from './errors.ts';
import type { Fold } from './folds.ts';
import { type ImputationScore, scoreImputations } from './hidden.ts';
import { emptyScore, type Score, scoreFold } from './score.ts';
import { allStrategies, firstSystem, isSame, type Strategy } from './strategies.ts';

/** What a strategy reached on the periods that it was not trained on. */
export interface Result extends Strategy, RelativeErrors {
  rows: number;
  /** The share of rows that were given exactly this amount. */
  exact: number;
  /** Shares of rows by what answered. */
  coverage: { segment: number; country: number; default: number };
  by_currency: UnitErrors[];
  /** To the first system's way of the same run; `exact` to its mode, since its mean is no amount of a voucher. */
  ratio: { mae: number | null; rmse: number | null; exact: number | null };
}

export interface Evaluation {
  /** Of the rows that are tested on, those with an amount to compare with. */
  folds: { name: string; train_rows: number; test_rows: number }[];
  /** The first system's way first. */
  results: Result[];
  imputations: ImputationScore[];
  /** How the last fold's test differs from what it was trained on, cell by cell. */
  drift: CellDrift[];
}

/** Trains and tests every strategy on every fold. Costs depend on the cells of the cube, not on its rows. */
export function evaluate(cube: Cube, config: Config, folds: readonly Fold[]): Evaluation {
  const strategies = allStrategies(config);
  const scores = strategies.map(emptyScore);
  for (const fold of folds) scoreFold(fold, config, strategies, scores);
  if (scores.every(({ rows }) => rows === 0)) {
    throw new DataError(
      'expected rows with a voucher_amount to test on, found none: all amounts are missing',
    );
  }
  return {
    folds: folds.map(({ name, train, test }) => ({
      name,
      train_rows: qualityOf(train.countries.values()).rows_kept,
      test_rows: withAmount(test),
    })),
    results: compare(strategies, scores, config, linesOf(cube, config)),
    imputations: scoreImputations(
      cube,
      config,
      IMPUTATIONS.filter((imputation) => imputation !== 'exclude'),
    ),
    drift: driftOf(folds.at(-1), config),
  };
}

/** Adds names and currencies to the errors of countries, which are stored by folded name. */
type Lines = (errors: ReadonlyMap<string, Errors>) => Parameters<typeof summarize>[0];

function linesOf(cube: Cube, config: Config): Lines {
  const countries = foldCountries(cube);
  const money = moneyOf(config);
  return (errors) =>
    Array.from(errors, ([fold, sums]) => {
      const country = countries.get(fold)?.shown ?? fold;
      return { country, currency: money(country).currency, ...sums };
    });
}

function compare(
  strategies: readonly Strategy[],
  scores: readonly Score[],
  config: Config,
  lines: Lines,
): Result[] {
  const first = firstSystem(config);
  const results = strategies.map((strategy, index) => resultOf(strategy, entry(scores, index), lines));
  const base = results.find((result) => isSame(result, first));
  const mode = results.find((result) => isSame(result, { ...first, statistic: 'mode' }));
  return results.map((result) => ({
    ...result,
    ratio: {
      mae: ratio(result.mae, base?.mae),
      rmse: ratio(result.rmse, base?.rmse),
      exact: ratio(result.exact, mode?.exact),
    },
  }));
}

function resultOf(strategy: Strategy, score: Score, lines: Lines): Omit<Result, 'ratio'> {
  const { rows, sources } = score;
  const share = (part: number) => part / rows;
  return {
    ...strategy,
    rows,
    ...summarize(lines(score.errors)),
    exact: share(score.exact),
    coverage: {
      segment: share(sources.segment),
      country: share(sources.country),
      default: share(sources.default),
    },
  };
}

function ratio(ours: number, theirs: number | undefined): number | null {
  return theirs === undefined || theirs === 0 ? null : ours / theirs;
}

function driftOf(fold: Fold | undefined, config: Config): CellDrift[] {
  if (fold === undefined) return [];
  const [before, after] = [fold.train, fold.test].map((part) => estimate(part, { ...config, combined: {} }));
  return driftBetween(before ?? new Map(), after ?? new Map(), Object.keys(config.segments).sort());
}

/** @returns the rows that have an amount of their own */
function withAmount({ countries }: Cube): number {
  const { rows_kept, voucher_amount_imputed } = qualityOf(countries.values());
  return rows_kept - voucher_amount_imputed;
}
