import type { Config } from '../config/config.ts';
import type { Cube } from '../cube/cube.ts';
import { codePoints, shown } from '../shown.ts';
import { firstOf } from '../words.ts';
import { foldCountries } from './estimate.ts';

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
  const points = codePoints(name.match(STRANGERS) ?? []);
  return points && ` (with ${points})`;
}

const STRANGERS = /[\p{sc=Grek}\p{sc=Cyrl}]/gu;

/** @param fold in small letters @returns it without accents, and in Latin letters where others look like them */
function looksOf(fold: string): string {
  return fold
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(STRANGERS, (letter) => LATIN[OTHERS.indexOf(letter)] ?? letter);
}

const OTHERS = 'авекмнорстухіјѕαβεηικμνορτυχζ';
const LATIN = 'abekmhopctyxijsabehikmnoptyxz';
