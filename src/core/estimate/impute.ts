import type { DecidingConfig } from '../config/deciding.ts';
import { entry } from '../entry.ts';
import { type CompiledSegment, NO_BAND } from '../segments/segments.ts';
import { MISSING_AMOUNT } from '../values.ts';
import { type Counts, tallyOf, total, weightedMean } from './statistics.ts';

/** Rows of one country, over all periods, that fall in the same band of every segment. */
export interface Group {
  /** The position of the band in each segment, or NO_BAND. */
  bands: readonly number[];
  /** Rows by amount, MISSING_AMOUNT for none. */
  amounts: Counts;
}

/** @returns what replaces the missing amounts of a group; null for nothing */
type Imputer = (group: Group) => number | null;

/** The rows with an amount of their own that knn asks, at the least. */
const NEIGHBOUR_ROWS = 50;

/**
 * Makes the imputer of a country.
 *
 * - `mean`: the mean of the country's observed amounts.
 * - `knn`: the mean of the observed amounts of the nearest groups, weighted by their rows: first the group itself,
 *   then all groups at the next distance, and so on until {@link NEIGHBOUR_ROWS} rows were asked. The distance is
 *   {@link distanceBetween}.
 * - `exclude`: nothing.
 */
export function imputerFor(
  imputation: DecidingConfig['imputation'],
  groups: readonly Group[],
  segments: readonly CompiledSegment[],
): Imputer {
  if (imputation === 'exclude') return () => null;
  if (imputation === 'knn') return nearest(groups, segments);
  const mean = observedMean(groups);
  return () => mean;
}

/**
 * The distance of two groups: the sum over the segments of how many bands lie between theirs (in the order of the
 * values), as a share of the most that can. Where one of the two falls in no band, the segment counts as 1.
 */
export function distanceBetween(
  a: readonly number[],
  b: readonly number[],
  ranks: readonly (readonly number[])[],
): number {
  return ranks.reduce((sum, ofBand, segment) => {
    const left = entry(a, segment);
    const right = entry(b, segment);
    if (left === right) return sum;
    if (left === NO_BAND || right === NO_BAND) return sum + 1;
    return sum + Math.abs(entry(ofBand, left) - entry(ofBand, right)) / (ofBand.length - 1);
  }, 0);
}

/** @returns for each segment the place of each of its bands when they are sorted by their values */
function bandRanks(segments: readonly CompiledSegment[]): number[][] {
  return segments.map(({ bands }) => {
    const sorted = [...bands].sort((a, b) => a.min - b.min);
    return bands.map((band) => sorted.indexOf(band));
  });
}

function nearest(groups: readonly Group[], segments: readonly CompiledSegment[]): Imputer {
  const ranks = bandRanks(segments);
  const known = groups.filter(({ amounts }) =>
    [...amounts.keys()].some((amount) => amount !== MISSING_AMOUNT),
  );
  const own = new Map(known.map((group) => [group.bands.join(), group]));
  return ({ bands }) => {
    // No other group is at distance 0: where the group itself has the rows, the others need not be looked at.
    const itself = own.get(bands.join());
    if (itself && observedRows(itself) >= NEIGHBOUR_ROWS) return observedMean([itself]);

    const byDistance = known
      .map((group) => ({ group, distance: round(distanceBetween(bands, group.bands, ranks)) }))
      .sort((a, b) => a.distance - b.distance);
    const asked: Group[] = [];
    let rows = 0;
    let reached = 0;
    for (const { group, distance } of byDistance) {
      if (rows >= NEIGHBOUR_ROWS && distance > reached) break;
      asked.push(group);
      rows += observedRows(group);
      reached = distance;
    }
    return observedMean(asked);
  };
}

/** Sums of the same shares in another order differ in their last bits; groups as near as each other must not. */
function round(distance: number): number {
  return Math.round(distance * 1e9);
}

function observedMean(groups: readonly Group[]): number | null {
  return weightedMean(tallyOf(groups.map(({ amounts }) => amounts)).observedAscending);
}

function observedRows({ amounts }: Group): number {
  return total(amounts) - (amounts.get(MISSING_AMOUNT) ?? 0);
}
