import { entry } from '../entry.ts';
import type { Statistic } from './schema.ts';
import {
  lowerQuantile,
  mostFrequent,
  rowsIn,
  squaresAround,
  type Tally,
  weightedMean,
} from './statistics.ts';

/** What a cell is believed to be after its own rows and the coarser level were weighed; the prior of finer cells. */
export interface Belief {
  /** The share of each of the country's amounts, ascending by amount; all 0 in a country without observed amounts. */
  shares: readonly number[];
  mean: number | null;
}

/** A cell of one level, with the belief about the cell of the coarser level that it lies in. */
export interface ShrinkableCell {
  tally: Tally;
  coarser: Belief;
}

/** Rounding of sums of shares stays far below this; a real share far above. */
const TOLERANCE = 1e-12;

/** @returns the belief that rests on a cell's own rows alone, as for a country */
export function ownBelief(tally: Tally, amounts: readonly number[]): Belief {
  const { shares, mean } = measure(tally, amounts);
  return { shares, mean };
}

/**
 * Empirical Bayes: every cell of a level becomes its own rows plus `k` imagined ones that look like its coarser
 * cell, (rows × own + k × coarser) / (rows + k). That is the normal-normal estimate of B. Efron and C. Morris,
 * "Data Analysis Using Stein's Estimator and Its Generalizations", JASA 70 (1975), for means, and the Dirichlet
 * prior of S. Fienberg and P. Holland, "Simultaneous Estimation of Multinomial Cell Probabilities", JASA 68 (1973),
 * for shares. k = variance within cells / variance between cells, which is taken by the method of moments of
 * R. DerSimonian and N. Laird, "Meta-Analysis in Clinical Trials", Controlled Clinical Trials 7 (1986): what
 * differs between the cells beyond what chance alone would make. Where cells differ by no more than chance, k is
 * infinite and every cell takes the coarser level's word.
 *
 * @param cells all cells of one level of one country, in an order that follows from the config (sums keep their bits)
 * @param amounts the country's observed amounts, ascending
 * @returns the belief about each cell, in the same order
 */
export function shrinkLevel(cells: readonly ShrinkableCell[], amounts: readonly number[]): Belief[] {
  const measured = cells.map(({ tally, coarser }) => ({ ...measure(tally, amounts), coarser }));
  const ofShares = imaginedRows(
    measured.map(({ rows, shares, coarser }) => {
      const within = shares.reduce((sum, share) => sum + rows * share * (1 - share), 0);
      return { rows, values: shares, within, coarser };
    }),
  );
  const ofMean = imaginedRows(
    measured.map(({ rowsOfMean, mean, squares, coarser }) => ({
      rows: rowsOfMean,
      values: [mean ?? 0],
      within: squares,
      coarser,
    })),
  );
  return measured.map(({ rows, shares, rowsOfMean, mean, coarser }) => ({
    shares: shares.map((share, index) => blend(share, rows, entry(coarser.shares, index), ofShares)),
    mean:
      mean === null || coarser.mean === null ? coarser.mean : blend(mean, rowsOfMean, coarser.mean, ofMean),
  }));
}

/** @returns the statistic of a cell: what its rows say, and the belief about it */
export function describeCell(tally: Tally, { shares, mean }: Belief, amounts: readonly number[]): Statistic {
  const given = shares.map((share, index) => ({ amount: entry(amounts, index), rows: share }));
  const known = tally.observed.size > 0 || tally.filled.size > 0;
  return {
    ...tally.statistic(),
    shrunk_mean: known ? mean : null,
    shrunk_median: known ? lowerQuantile(given, 0.5 - TOLERANCE) : null,
    shrunk_mode: known ? mostFrequent(given) : null,
  };
}

interface Sample {
  rows: number;
  /** The cell's means, of one quantity or of several together. */
  values: readonly number[];
  /** The sum over its rows of squared distances from these means. */
  within: number;
  coarser: Belief;
}

/** @returns k, the rows that the coarser level is worth; infinite where cells differ by no more than chance */
function imaginedRows(samples: readonly Sample[]): number {
  const filled = samples.filter(({ rows }) => rows > 0);
  const families = Map.groupBy(filled, ({ coarser }) => coarser);
  const rows = filled.reduce((sum, sample) => sum + sample.rows, 0);
  const freedom = filled.length - families.size;
  if (freedom === 0 || rows === filled.length) return Number.POSITIVE_INFINITY;

  const variance = filled.reduce((sum, { within }) => sum + within, 0) / (rows - filled.length);
  let heterogeneity = 0;
  let scale = rows;
  for (const family of families.values()) {
    const inFamily = family.reduce((sum, sample) => sum + sample.rows, 0);
    const centre = entry(family, 0).values.map(
      (_, index) => family.reduce((sum, { rows: n, values }) => sum + n * entry(values, index), 0) / inFamily,
    );
    for (const { rows: n, values } of family) {
      const distance = values.reduce((sum, value, index) => sum + (value - entry(centre, index)) ** 2, 0);
      heterogeneity += n * distance;
      scale -= n ** 2 / inFamily;
    }
  }
  const between = (heterogeneity - freedom * variance) / scale;
  return between > 0 ? variance / between : Number.POSITIVE_INFINITY;
}

function blend(own: number, rows: number, coarser: number, imagined: number): number {
  if (rows === 0 || !Number.isFinite(imagined)) return coarser;
  // Weights first: rows × an amount may pass the largest double, the mean cannot.
  const weight = rows / (rows + imagined);
  return weight * own + (1 - weight) * coarser;
}

function measure(tally: Tally, amounts: readonly number[]) {
  const counts = amounts.map((amount) => tally.observed.get(amount) ?? 0);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const { given } = tally;
  const mean = weightedMean(given);
  return {
    rows,
    shares: counts.map((count) => (rows === 0 ? 0 : count / rows)),
    rowsOfMean: rowsIn(given),
    mean,
    squares: mean === null ? 0 : squaresAround(given, mean),
  };
}
