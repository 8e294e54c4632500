import type { DecidingConfig } from './config.ts';
import type { CountryCounts, Cube } from './cube.ts';
import { NO_BAND } from './segments.ts';
import { ascending, type Counts, type Statistic, Tally, weightedMean } from './statistics.ts';
import { compareCodePoints, foldCountry, MISSING_AMOUNT } from './values.ts';

/** The statistics of one country: of all its rows, and by segment and band. Bands without rows are absent. */
export interface CountryStatistics {
  overall: Statistic;
  segments: Record<string, Record<string, Statistic>>;
}

/** A country under all its spellings; `shown` is the one that the history writes most often. */
export interface FoldedCountry {
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
  const folded = new Map<string, { spelling: string; rows: number; counts: CountryCounts }[]>();
  for (const [spelling, counts] of cube.countries) {
    const rows = keptRows(counts);
    const fold = foldCountry(spelling);
    const entry = { spelling, rows, counts };
    const others = folded.get(fold);
    if (others) others.push(entry);
    else folded.set(fold, [entry]);
  }
  const countries = new Map<string, FoldedCountry>();
  for (const [fold, entries] of folded) {
    entries.sort((a, b) => b.rows - a.rows || compareCodePoints(a.spelling, b.spelling));
    const [first] = entries;
    if (first && first.rows > 0) {
      countries.set(fold, { shown: first.spelling, spellings: entries.map(({ counts }) => counts) });
    }
  }
  return countries;
}

/** @returns the statistics of every country of a cube, by its shown name */
export function estimate(
  cube: Cube,
  config: Pick<DecidingConfig, 'imputation'>,
): Map<string, CountryStatistics> {
  const countries = new Map<string, CountryStatistics>();
  for (const { shown, spellings } of foldCountries(cube).values()) {
    countries.set(shown, estimateCountry(cube, spellings, config.imputation));
  }
  return countries;
}

function estimateCountry(
  cube: Cube,
  spellings: readonly CountryCounts[],
  imputation: DecidingConfig['imputation'],
): CountryStatistics {
  const substitute = imputation === 'mean' ? observedMean(spellings) : null;
  const overall = new Tally();
  const tallies = cube.layout.segments.map(({ bands }) => bands.map(() => new Tally()));
  for (const { groups } of spellings) {
    for (const [group, amounts] of groups) {
      const inBands = cube
        .bandsOf(group)
        .flatMap((band, segment) => (band === NO_BAND ? [] : (tallies[segment]?.[band] ?? [])));
      for (const tally of [overall, ...inBands]) count(tally, amounts, substitute);
    }
  }
  const segments = cube.layout.segments.map(({ name, bands }, segment) => {
    const statistics = bands.flatMap((band, position) => {
      const statistic = tallies[segment]?.[position]?.statistic();
      return statistic && statistic.count > 0 ? [[band.name, statistic] as const] : [];
    });
    return [name, Object.fromEntries(statistics)] as const;
  });
  return { overall: overall.statistic(), segments: Object.fromEntries(segments) };
}

function count(tally: Tally, amounts: Counts, substitute: number | null): void {
  for (const [amount, rows] of amounts) {
    if (amount === MISSING_AMOUNT) tally.fill(substitute, rows);
    else tally.observe(amount, rows);
  }
}

/** The mean of a country's observed amounts, which stands in for those it lacks; null without any. */
function observedMean(spellings: readonly CountryCounts[]): number | null {
  const tally = new Tally();
  for (const { groups } of spellings) for (const amounts of groups.values()) count(tally, amounts, null);
  return weightedMean(ascending(tally.observed));
}

function keptRows({ groups }: CountryCounts): number {
  let rows = 0;
  for (const amounts of groups.values()) for (const [, n] of amounts) rows += n;
  return rows;
}
