import { foldCountry } from '../values.ts';
import type { CountryStatistics } from './estimate.ts';
import type { Statistic } from './schema.ts';
import { total } from './statistics.ts';

/**
 * How far a cell's amounts have moved. The borders at 0.1 and 0.25 are the customary ones of N. Siddiqi, "Credit Risk
 * Scorecards" (2006). `thin`: so few rows that chance alone could pass 0.1.
 */
type DriftVerdict = 'stable' | 'moved' | 'changed' | 'thin';

/** The change of one cell between two estimates. */
export interface CellDrift {
  country: string;
  /** Null for all rows of the country. */
  segment: string | null;
  band: string | null;
  /** The population stability index; 0 for the same distribution. */
  psi: number;
  /** What the index of cells that have not changed passes once in twenty by chance; null without rows to compare. */
  chance: number | null;
  verdict: DriftVerdict;
  /** Rows with an amount of their own, before and after. */
  rows_before: number;
  rows_after: number;
}

export const MOVED = 0.1;
export const CHANGED = 0.25;

/** Keeps an amount that is new, or gone, from making the index infinite: half a row in every bin, after Jeffreys. */
const HALF_ROW = 0.5;
/** The standard normal quantile of 0.95. */
const Z_95 = 1.6449;

/**
 * Compares two estimates cell by cell, of every country and every segment in `segments`.
 *
 * @param before the live artifact's countries
 * @param after those of the artifact that may replace it
 * @param segments the names of the segments to compare
 * @returns a finding for each cell that has rows in either, in the order of country, segment and band
 */
export function driftBetween(
  before: ReadonlyMap<string, CountryStatistics>,
  after: ReadonlyMap<string, CountryStatistics>,
  segments: readonly string[],
): CellDrift[] {
  const old = byFold(before);
  const fresh = byFold(after);
  const folds = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return folds.flatMap((fold) => {
    const country = fresh.get(fold)?.shown ?? old.get(fold)?.shown ?? fold;
    const [left, right] = [old.get(fold)?.statistics, fresh.get(fold)?.statistics];
    const cell = (segment: string | null, band: string | null, a?: Statistic, b?: Statistic): CellDrift => ({
      country,
      segment,
      band,
      ...compare(a?.amounts ?? {}, b?.amounts ?? {}),
    });
    const inSegments = segments.flatMap((segment) => {
      const a = cellsOf(left, segment);
      const b = cellsOf(right, segment);
      const bands = [...new Set([...a.keys(), ...b.keys()])].sort();
      return bands.map((band) => cell(segment, band, a.get(band), b.get(band)));
    });
    return [cell(null, null, left?.overall, right?.overall), ...inSegments];
  });
}

/**
 * The population stability index of two distributions over amounts, Σ (b − a) · ln(b / a) over their shares. Where
 * nothing has changed it is distributed as χ² with (amounts − 1) degrees of freedom times (1 / rows before +
 * 1 / rows after): B. Yurdakul and J. Naranjo, "Statistical properties of the population stability index", Journal of
 * Risk Model Validation 14 (2020).
 */
export function compare(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Pick<CellDrift, 'psi' | 'chance' | 'verdict' | 'rows_before' | 'rows_after'> {
  const a = new Map(Object.entries(before));
  const b = new Map(Object.entries(after));
  const amounts = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => Number(x) - Number(y));
  const rowsBefore = total(a);
  const rowsAfter = total(b);
  const share = (rows: number, all: number) => (rows + HALF_ROW) / (all + HALF_ROW * amounts.length);
  const psi = amounts.reduce((sum, amount) => {
    const from = share(a.get(amount) ?? 0, rowsBefore);
    const to = share(b.get(amount) ?? 0, rowsAfter);
    return sum + (to - from) * Math.log(to / from);
  }, 0);
  const empty = rowsBefore === 0 || rowsAfter === 0;
  const chance = empty ? null : chiSquared95(amounts.length - 1) * (1 / rowsBefore + 1 / rowsAfter);
  return { psi, chance, verdict: verdictOf(psi, chance), rows_before: rowsBefore, rows_after: rowsAfter };
}

function verdictOf(psi: number, chance: number | null): DriftVerdict {
  if (chance === null || chance > MOVED) return 'thin';
  if (psi < MOVED) return 'stable';
  return psi < CHANGED ? 'moved' : 'changed';
}

/** The 0.95 quantile of χ², by the approximation of E. Wilson and M. Hilferty (1931). */
function chiSquared95(freedom: number): number {
  if (freedom <= 0) return 0;
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + Z_95 * Math.sqrt(spread)) ** 3;
}

function cellsOf(statistics: CountryStatistics | undefined, segment: string): Map<string, Statistic> {
  return new Map(Object.entries(statistics?.segments[segment] ?? {}));
}

function byFold(countries: ReadonlyMap<string, CountryStatistics>) {
  return new Map(
    [...countries].map(([shown, statistics]) => [foldCountry(shown), { shown, statistics }] as const),
  );
}
