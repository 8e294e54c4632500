import { trialTable } from '../../src/core/artifact/table.ts';
import type { Config } from '../../src/core/config/config.ts';
import { decidingConfig } from '../../src/core/config/deciding-config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { type CompiledArtifact, compileArtifact } from '../../src/core/decide/compile.ts';
import { answerFor } from '../../src/core/decide/decide.ts';
import type { DecisionSource } from '../../src/core/decide/decision.ts';
import type { Decision } from '../../src/core/decide/schema.ts';
import { entry } from '../../src/core/entry.ts';
import {
  type CountryStatistics,
  estimate,
  foldCountries,
  groupsOf,
} from '../../src/core/estimate/estimate.ts';
import { MISSING_AMOUNT } from '../../src/core/values.ts';
import { addError, type Errors, noErrors } from './errors.ts';
import type { Fold } from './folds.ts';
import { entryOf, type Strategy } from './strategies.ts';

/** Sums over the rows of a test that have an amount of their own: they add up over folds. */
export interface Score {
  rows: number;
  exact: number;
  /** By the folded names of countries. */
  errors: Map<string, Errors>;
  /** Rows by what answered. */
  sources: Record<DecisionSource, number>;
}

/** Rows of a test with the same answer and the same amount: what is scored depends on cells, not on rows. */
interface Cell {
  /** Its folded name: the spelling that is shown may differ from fold to fold. */
  country: string;
  bands: readonly number[];
  amounts: readonly [amount: number, rows: number][];
}

export function emptyScore(): Score {
  return {
    rows: 0,
    exact: 0,
    errors: new Map(),
    sources: { segment: 0, country: 0, default: 0 },
  };
}

/**
 * Scores strategies on one fold. Answers come from the very tables that the service answers from, made of the training
 * part alone. The country is a level of every ladder here, so that no strategy is scored by how often a default of the
 * config is used.
 *
 * @param into the sums so far, one for each strategy
 */
export function scoreFold(
  fold: Fold,
  config: Config,
  strategies: readonly Strategy[],
  into: readonly Score[],
): void {
  const cells = testCells(fold.test);
  const estimates = new Map<Config['imputation'], Map<string, CountryStatistics>>();
  strategies.forEach((strategy, index) => {
    const { imputation, segment } = strategy;
    const countries = estimates.get(imputation) ?? estimate(fold.train, { ...config, imputation });
    estimates.set(imputation, countries);
    const answer = answerer(compiledFor(strategy, config, countries), segment, fold.test);
    const score = entry(into, index);
    for (const { country, bands, amounts } of cells) count(score, country, answer(country, bands), amounts);
  });
}

function compiledFor(
  { segment, statistic, imputation }: Strategy,
  config: Config,
  countries: Map<string, CountryStatistics>,
): CompiledArtifact {
  const banded = entryOf(config.segments, segment);
  const combined = entryOf(config.combined, segment);
  const table = trialTable(countries, {
    ...decidingConfig(config),
    imputation,
    amount: { ...config.amount, statistic },
    // Gaps between bands are a question of their own: the share of rows in them is a warning of every build.
    fallback: ['country'],
    // Others than the one that is asked for would be compiled for nothing.
    segments: banded ? { [segment]: { ...banded, statistic } } : config.segments,
    combined: combined ? { [segment]: { ...combined, statistic } } : {},
  });
  return compileArtifact(table);
}

/** @returns a function that decides for a country and a band of each segment of the cube's layout */
function answerer(
  compiled: CompiledArtifact,
  segment: string,
  { layout }: Cube,
): (country: string, bands: readonly number[]) => Decision {
  const answering = compiled.segments.get(segment);
  if (answering === undefined) throw new Error(`expected a segment ${segment}`);
  const positions = answering.ladder.parts.map((part) =>
    layout.segments.findIndex(({ name }) => name === part.name),
  );
  return (country, bands) =>
    answerFor(
      compiled,
      answering,
      country,
      positions.map((position) => entry(bands, position)),
    );
}

function testCells(test: Cube): Cell[] {
  return [...foldCountries(test)].flatMap(([country, { spellings }]) =>
    groupsOf(test, spellings).map(({ bands, amounts }) => ({
      country,
      bands,
      amounts: [...amounts].filter(([amount]) => amount !== MISSING_AMOUNT).sort(([a], [b]) => a - b),
    })),
  );
}

function count(score: Score, country: string, decision: Decision, amounts: Cell['amounts']): void {
  const { voucher_amount: given, source } = decision;
  const errors = score.errors.get(country) ?? noErrors();
  score.errors.set(country, errors);
  for (const [amount, rows] of amounts) {
    score.rows += rows;
    if (given === amount) score.exact += rows;
    addError(errors, given, amount, rows);
    score.sources[source] += rows;
  }
}
