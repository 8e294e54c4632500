import type { Config } from '../config/config.ts';
import type { Cube } from '../cube/cube.ts';
import { periodsOf } from '../cube/cube-parts.ts';
import { periodName } from '../period.ts';
import { shown } from '../shown.ts';
import { byCount, firstOf, readable } from '../words.ts';
import { foldCountries } from './estimate.ts';
import { total } from './statistics.ts';

/** Where so many rows would be usual, none is no chance. */
const LEAST = 30;
const MOST_NAMED = 5;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/**
 * @returns which countries have no rows in the newest month or week, though they had their share of the one before: in a
 *   long history no share of the rows shows that. A day may be without any
 */
export function missingCountries(cube: Cube, { period }: Pick<Config, 'period'>): string[] {
  const [before, newest] = periodsOf(cube).slice(-2);
  if (before === undefined || newest === undefined || period === 'day') return [];
  const countries = [...foldCountries(cube).values()].map(({ shown: country, spellings }) => {
    const groups = spellings.flatMap((counts) => [...counts.groups]);
    const rowsIn = (period: number) =>
      sum(groups.filter(([group]) => cube.periodOf(group) === period).map(([, amounts]) => total(amounts)));
    return { country, was: rowsIn(before), is: rowsIn(newest) };
  });
  const there = countries.filter(({ is }) => is > 0);
  const growth = sum(there.map(({ is }) => is)) / sum(there.map(({ was }) => was));
  // Where none of them was there before, nothing can be said.
  if (growth === Number.POSITIVE_INFINITY) return [];
  const missing = countries.flatMap(({ country, was, is }) => {
    const usual = Math.round(was * growth);
    return is === 0 && usual >= LEAST ? [{ country, usual }] : [];
  });
  if (missing.length === 0) return [];
  const names = missing.map(({ country, usual }) => `${shown(country)} (${readable(usual)} would be usual)`);
  return [
    `${periodName(period, newest)}, the newest ${period}, has no rows of ${firstOf(names, MOST_NAMED)}: ${byCount(missing.length, 'it', 'they')} may be missing in the export`,
  ];
}
