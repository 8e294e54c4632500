import { STEERING } from '../../src/core/json-line.ts';
import { isCurrency, smallestUnit } from '../../src/core/money.ts';
import { readable } from '../../src/core/words.ts';

/**
 * @returns an amount of money as 1,234.50, with its currency as 1,234.50 EUR where it is known. A currency has the digits
 *   that can be paid: 1,235 JPY, 1,234.500 KWD; an amount that has more, up to three, is written as it is.
 */
export function money(amount: number, currency: string | null = null): string {
  const known = currency !== null && isCurrency(currency);
  const least = known ? Math.round(-Math.log10(smallestUnit(currency))) : 2;
  const has = (digits: number) => Number(amount.toFixed(digits)) === amount;
  const text = readable(amount.toFixed([0, 2, 3].find((digits) => digits >= least && has(digits)) ?? least));
  return currency === null ? text : `${text} ${currency}`;
}

/** @param milliseconds @returns 75,000 as 1:15 min, less than a minute as seconds */
export function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}

/** @returns how long something took: less than ten seconds with a digit after the point */
export function took(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}

/** @param most code points @returns what a file says in one line, without what can steer a terminal */
export function printable(text: string, most = 40): string {
  const clean = Array.from(text.replaceAll(STEERING, '\ufffd'));
  return clean.length > most ? `${clean.slice(0, most - 1).join('')}…` : clean.join('');
}

/** @returns words with what a file says in them, without what can steer a terminal; tabs and line ends stay */
export function safe(words: string): string {
  return words.replaceAll(STEERING, (character) =>
    character === '\n' || character === '\t' ? character : '\ufffd',
  );
}
