import { bare } from '../missing.ts';
import { amountReader, DECIMAL_MARKS, GROUPING_MARKS, type NumberFormat } from './numbers.ts';
import { mayMean, TIME_FORMATS, type TimeFormat } from './times.ts';

/**
 * Which settings would read a text that the settings in use do not. Sets of formats are numbers, a bit for each format,
 * so that those of many texts can be joined: the formats that read all of them are left.
 */

/** The formats of numbers that are tried, the plain ones first. */
const NUMBER_FORMATS: readonly NumberFormat[] = GROUPING_MARKS.flatMap((grouping) =>
  DECIMAL_MARKS.filter((decimal) => (decimal as string) !== grouping).map((decimal) => ({
    decimal,
    grouping,
    currency_signs: [],
  })),
);
const READERS = NUMBER_FORMATS.map((format) => amountReader(format));

/** Every format there is. */
export const ANY = 2 ** 30 - 1;

/**
 * @param whole whether the number must be whole
 * @param among the formats that are tried
 * @returns the formats of NUMBER_FORMATS that read a text, and the signs of a currency that it has
 */
export function numberFits(field: string, whole = false, among = ANY): { fits: number; signs: string[] } {
  const text = bare(field).slice(0, LONGEST);
  const before = LEADING.exec(text)?.[0] ?? '';
  const after = TRAILING.exec(text.slice(before.length))?.[0] ?? '';
  const number = text.slice(before.length, text.length - after.length);
  const signs = [before, after].map((sign) => sign.trim()).filter((sign) => sign !== '');
  const fits = READERS.reduce((set, read, bit) => {
    if ((among & (1 << bit)) === 0) return set;
    const value = read(number);
    return Number.isFinite(value) && (!whole || Number.isInteger(value)) ? set | (1 << bit) : set;
  }, 0);
  return { fits, signs: fits === 0 ? [] : signs };
}

/** @param among the formats that are tried @returns the formats of TIME_FORMATS that read a text */
export function timeFits(field: string, among = ANY): number {
  const text = bare(field.slice(0, LONGEST));
  return TIME_FORMATS.reduce((set, format, bit) => {
    return (among & (1 << bit)) !== 0 && mayMean(format, text) ? set | (1 << bit) : set;
  }, 0);
}

/** @returns the formats of times in a set */
export function timeFormatsIn(set: number): TimeFormat[] {
  return TIME_FORMATS.filter((_, bit) => (set & (1 << bit)) !== 0);
}

/** @returns the plainest format of numbers in a set, if there is one, or of those with a decimal mark */
export function numberFormatIn(set: number, mark?: NumberFormat['decimal']): NumberFormat | undefined {
  return NUMBER_FORMATS.find(({ decimal }, bit) => (set & (1 << bit)) !== 0 && decimal === (mark ?? decimal));
}

/** What is longer is no number and no time. */
const LONGEST = 100;

const SIGN =
  'US\\$|R\\$|A\\$|C\\$|HK\\$|S\\$|NZ\\$|\\p{Sc}|[A-Z]{3}|[Kk]r\\.?|zł|Kč|Ft|lei|лв\\.?|руб\\.?|S?Fr\\.?|Rs\\.?|TL|S/\\.?|R[Mp]|[元円원]';
const LEADING = new RegExp(`^(?:${SIGN})\\s{0,4}`, 'u');
const TRAILING = new RegExp(`\\s{0,4}(?:${SIGN})$`, 'u');
