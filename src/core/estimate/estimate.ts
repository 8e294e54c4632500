import type { DecidingConfig } from '../config/deciding.ts';
import type { CountryCounts, Cube } from '../cube/cube.ts';
import { DataError } from '../errors.ts';
import { compileLadders, type Ladder } from '../segments/ladder.ts';
import type { CompiledSegment } from '../segments/segments.ts';
import { compareCodePoints, foldCountry, MISSING_AMOUNT } from '../values.ts';
import { type Group, imputerFor } from './impute.ts';
import { LadderTallies } from './ladder-tallies.ts';
import type { Statistic } from './schema.ts';
import { describeCell, ownBelief } from './shrink.ts';
import { asList, type Counts, Tally } from './statistics.ts';
import { TrendTallies } from './trend.ts';

/** The most amounts that a country may have; a ladder of vouchers has a handful, what a formula gave has thousands. */
export const MOST_AMOUNTS = 1000;

/** The statistics of one country: of all its rows, and of each cell that has rows, and enough to decide, by segment. */
export interface CountryStatistics {
  overall: Statistic;
  segments: Record<string, Record<string, Statistic>>;
}

/** A country under all its spellings; `shown` is the one that the history writes most often. */
interface FoldedCountry {
  shown: string;
  spellings: CountryCounts[];
}

/**
 * Joins the spellings of each country that has kept rows.
 *
 * @returns the countries by their folded name; the shown spelling is the most frequent one among kept rows, a tie
 *   to the first in code-point order
 */
export function foldCountries(cube: Cube): Map<string, FoldedCountry> {
  return new Map([...foldSpellings(cube)].filter(([, { rows }]) => rows > 0));
}

/** The same of all countries, also those whose rows are all dropped: then `rows` of the shown spelling is 0. */
export function foldSpellings(cube: Cube): Map<string, FoldedCountry & { rows: number }> {
  const folded = Map.groupBy(cube.countries, ([spelling]) => foldCountry(spelling));
  return new Map(
    Array.from(folded, ([fold, all]) => {
      all.sort(([a, inA], [b, inB]) => inB.rows - inA.rows || compareCodePoints(a, b));
      const [[shown, { rows }]] = all as [(typeof all)[number]];
      return [fold, { shown, rows, spellings: all.map(([, counts]) => counts) }];
    }),
  );
}

/** A group with the same rows by period. */
interface PeriodicGroup extends Group {
  parts: [period: number, amounts: Counts][];
}

/**
 * @param periods those that trends are about; without any there are no trends
 * @param most characters of statistics, where memory is short
 * @returns the statistics of every country of a cube, by its shown name
 * @throws DataError for more characters
 */
export function estimate(
  cube: Cube,
  config: Pick<DecidingConfig, 'segments' | 'combined' | 'amount' | 'fallback' | 'imputation'>,
  periods: readonly number[] = [],
  most = Number.POSITIVE_INFINITY,
): Map<string, CountryStatistics> {
  const ladders = compileLadders(config);
  const countries = new Map<string, CountryStatistics>();
  let characters = 0;
  for (const { shown, spellings } of foldCountries(cube).values()) {
    const groups = groupsOf(cube, spellings);
    const trends = new TrendTallies(periods);
    const { segments } = cube.layout;
    const statistics = estimateCountry(shown, groups, segments, ladders, config.imputation, trends);
    countries.set(shown, statistics);
    if (most < Number.POSITIVE_INFINITY) characters += JSON.stringify(statistics).length;
    if (characters > most) {
      throw new DataError(
        `expected at most ${most} characters of statistics, got more: make the artifact with npm run build:artifact, or use fewer bands`,
      );
    }
  }
  return countries;
}

function estimateCountry(
  country: string,
  groups: readonly PeriodicGroup[],
  segments: readonly CompiledSegment[],
  ladders: readonly Ladder[],
  imputation: DecidingConfig['imputation'],
  trends: TrendTallies,
): CountryStatistics {
  const imputer = imputerFor(imputation, groups, segments);
  const overall = new Tally();
  const tallies = ladders.map((ladder) => new LadderTallies(ladder));
  for (const group of groups) {
    const substitute = group.amounts.has(MISSING_AMOUNT) ? imputer(group) : null;
    const inGroup = tallies.map((ofLadder) => ofLadder.talliesOf(group));
    const amounts = asList(group.amounts);
    for (const tally of [overall, ...inGroup.flat()]) tally.add(amounts, substitute);
    // The cells of combined segments are too many to follow each through time.
    const followed = [overall, ...inGroup.filter((_, index) => !ladders[index]?.isCombined).flat()];
    for (const [period, counts] of group.parts) trends.add(followed, period, asList(counts), substitute);
  }
  refuseComputedAmounts(country, overall);

  const amounts = overall.observedAscending.map(({ amount }) => amount);
  const own = ownBelief(overall, amounts);
  return {
    overall: { ...describeCell(overall, own, amounts), ...trends.of(overall) },
    segments: Object.fromEntries(
      tallies.map((ofLadder) => [
        ofLadder.ladder.name,
        ofLadder.statistics(own, amounts, (tally) => trends.of(tally)),
      ]),
    ),
  };
}

/** Joins the spellings and periods of a country to one group for each joint position of the bands, in their order. */
export function groupsOf(cube: Cube, spellings: readonly CountryCounts[]): PeriodicGroup[] {
  const { combinations } = cube.layout;
  const joined = new Map<number, Omit<PeriodicGroup, 'bands'>>();
  for (const { groups } of spellings) {
    for (const [group, amounts] of groups) {
      const period = cube.periodOf(group);
      const position = group - period * combinations;
      const sum = joined.get(position) ?? { amounts: new Map<number, number>(), parts: [] };
      joined.set(position, sum);
      sum.parts.push([period, amounts]);
      for (const [amount, rows] of amounts) sum.amounts.set(amount, (sum.amounts.get(amount) ?? 0) + rows);
    }
  }
  return [...joined]
    .sort(([a], [b]) => a - b)
    .map(([position, counts]) => ({ bands: cube.bandsOf(position), ...counts }));
}

function refuseComputedAmounts(country: string, { observed }: Tally): void {
  if (observed.size <= MOST_AMOUNTS) return;
  throw new DataError(
    `${country}: expected at most ${MOST_AMOUNTS} different voucher amounts in a country, got ${observed.size}: ` +
      'they look like computed values. ' +
      'Round them in the export, to the step of `amount.round_to` in the config, which rounds only what is served; ' +
      'or check under `columns` that voucher_amount is the right column.',
  );
}
