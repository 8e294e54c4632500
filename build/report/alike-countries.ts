import type { Config } from '../../src/core/config/config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { foldCountries } from '../../src/core/estimate/estimate.ts';
import { shown } from '../../src/core/shown.ts';
import { firstOf } from '../../src/core/words.ts';

const MOST_NAMED = 5;

/** @returns countries that look the same: but for accents, or for Cyrillic or Greek letters among Latin ones */
export function alikeCountries(cube: Cube): string[][] {
  const names = [...foldCountries(cube)].map(([fold, country]) => ({ looks: looksOf(fold), ...country }));
  return [...Map.groupBy(names, ({ looks }) => looks).values()]
    .filter((alike) => alike.length > 1)
    .map((alike) => alike.map(({ shown: name }) => name));
}

/** @returns which countries look alike, in a sentence for each group */
export function alikeWarnings(cube: Cube, { columns }: Pick<Config, 'columns'>): string[] {
  return alikeCountries(cube).map(
    (names) =>
      `${columns.country_code}: ${alikeNames(names)} look alike, and are counted as different countries: export one name for each`,
  );
}

/** @returns names, those that only look the same told apart by their code points */
export function alikeNames(names: readonly string[]): string {
  return firstOf(
    names.map((name) => `${shown(name)}${strangersOf(name)}`),
    MOST_NAMED,
    ' and ',
  );
}

/** The letters of another script, as their code points: a Cyrillic е cannot be seen. */
function strangersOf(name: string): string {
  const points = Array.from(name.toLowerCase())
    .filter((letter) => ALIKE.has(letter))
    .map((letter) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return points.length === 0 ? '' : ` (with ${[...new Set(points)].join(', ')})`;
}

function looksOf(fold: string): string {
  const letters = fold.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return Array.from(letters, (letter) => ALIKE.get(letter) ?? letter).join('');
}

/** Small letters of Cyrillic and Greek, each with the Latin one that it, or its capital, looks like. */
const ALIKE: ReadonlyMap<string, string> = new Map(
  Array.from('авекмнорстухіјѕαβεηικμνορτυχζ', (letter, at) => [
    letter,
    'abekmhopctyxijsabehikmnoptyxz'[at] ?? letter,
  ]),
);
