import type { Config } from '../../src/core/config/config.ts';
import { emptyAssignment, type RawRow } from '../../src/core/history/clean.ts';
import { featureOf } from '../../src/core/segments/features.ts';
import { foldCountry, MISSING_AMOUNT } from '../../src/core/values.ts';
import { cleaner } from './reading.ts';

/** What a plain count over the rows says of one cell, without cube, tally or table. */
export interface NaiveStatistic {
  count: number;
  observed: number;
  mean: number | null;
  median: number | null;
  mode: number | null;
  q1: number | null;
  q3: number | null;
}

/**
 * @param segment null for all rows of the country
 * @param isIn which rows of the cell to count, by their second; what is filled in is that of all rows
 */
export function recount(
  rows: readonly RawRow[],
  config: Config,
  country: string,
  segment: { name: string; band: string } | null,
  isIn: (second: number) => boolean = () => true,
): NaiveStatistic {
  const clean = cleaner(config);
  const kept = rows.flatMap((row) => {
    const into = emptyAssignment();
    return clean(row, into) === null && foldCountry(into.country) === foldCountry(country) ? [into] : [];
  });
  const ofCountry = kept.map(({ amount }) => amount).filter((amount) => amount !== MISSING_AMOUNT);
  const fill =
    ofCountry.length > 0 && config.imputation === 'mean' ? sum(ofCountry) / ofCountry.length : null;
  const inCell = kept.filter((assignment) => {
    if (!isIn(assignment.asOf)) return false;
    if (segment === null) return true;
    const { of, bands } = config.segments[segment.name] ?? { of: 'hour', bands: [] };
    const value = featureOf(of, assignment);
    return bands.some(
      ({ name, min, max }) => name === segment.band && value >= min && value <= (max ?? Infinity),
    );
  });
  const observed = inCell.map(({ amount }) => amount).filter((amount) => amount !== MISSING_AMOUNT);
  const filled =
    fill === null ? [] : inCell.filter(({ amount }) => amount === MISSING_AMOUNT).map(() => fill);
  const all = [...observed, ...filled];
  observed.sort((a, b) => a - b);
  const times = (amount: number) => observed.filter((other) => other === amount).length;
  return {
    count: inCell.length,
    observed: observed.length,
    mean: all.length > 0 ? sum(all) / all.length : null,
    median: observed[Math.ceil(observed.length / 2) - 1] ?? null,
    q1: observed[Math.ceil(observed.length / 4) - 1] ?? null,
    q3: observed[Math.ceil((observed.length * 3) / 4) - 1] ?? null,
    mode: [...new Set(observed)].sort((a, b) => times(b) - times(a) || a - b)[0] ?? null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
