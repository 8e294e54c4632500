import { fixedPercent, plural, readable } from '../../core/words.ts';

export { fixedPercent, plural, readable as count } from '../../core/words.ts';

/** English words and the reader's own separators would mix: all is written the British way. */
const LOCALE = 'en-GB';

export const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** Shown where there is no value. */
export const NONE = '–';

/**
 * An amount: 1,234.50, or 1,234 where it is whole.
 *
 * @param fractions in a column, whether any amount of it has them: then all are written with two digits
 */
export function amount(value: number | null | undefined, fractions?: boolean): string {
  return value == null ? NONE : money(value, fractions);
}

/** An amount with its currency, where that is known: "3,389.63 PEN". The two do not part at the end of a line. */
export function priced(value: number | null | undefined, currency?: string, fractions?: boolean): string {
  const text = amount(value, fractions);
  return currency === undefined || value == null ? text : `${text}\u00a0${currency}`;
}

/** From here on the digits after the point are noise. */
const LARGE = 1_000_000;

/** Whether a column is written with two digits after the point: some amount is not whole, and not in the millions. */
export function haveFractions(values: readonly (number | null | undefined)[]): boolean {
  return values.some((value) => value != null && Math.abs(value) < LARGE && !Number.isInteger(value));
}

/** Whether amounts of a currency, or of none, are written with two digits after the point. */
export type Fractions = (currency: string | null | undefined) => boolean;

/**
 * Amounts of one currency are written alike, as {@link haveFractions} says of them. Those of another one do not decide: yen
 * have no hundredths because there are dinars beside them.
 */
export function fractionsByCurrency(
  amounts: readonly (readonly [value: number | null | undefined, currency: string | null | undefined])[],
): Fractions {
  const known = new Set(
    amounts.flatMap(([value, currency]) => (haveFractions([value]) ? [currency ?? null] : [])),
  );
  return (currency) => known.has(currency ?? null);
}

/** Below this, two digits after the point are hardly a figure. */
const SMALL = 0.1;

function money(value: number, fractions = !Number.isInteger(value)): string {
  const isWhole = !fractions || (Math.abs(value) >= LARGE && Number.isInteger(value));
  return readable(value.toFixed(isWhole ? 0 : digitsOf(value)));
}

/** Currencies such as KWD have three digits after the point, and what is served is written as it is. */
function digitsOf(value: number): number {
  const exact = [2, 3].find((digits) => Number(value.toFixed(digits)) === value);
  return exact ?? (Math.abs(value) < SMALL ? 4 : 2);
}

/** A change with its sign, which reads as minus and not as a hyphen. @param fractions as of {@link amount} */
export function signed(value: number, fractions?: boolean): string {
  const text = money(Math.abs(value), fractions);
  return value === 0 ? text : `${value > 0 ? '+' : '−'}${text}`;
}

/** A change as a percentage with its sign; one that is too small to be written has none. */
export function signedPercent(change: number): string {
  const text = fixedPercent(Math.abs(change));
  return change === 0 || text.startsWith('<') ? text : `${change > 0 ? '+' : '−'}${text}`;
}

/** Two days with a dash between them, without saying twice what they have in common: 1 Mar – 30 Jun 2026. */
export function dates(first: string, last: string): string {
  const [from, to] = [Date.parse(first), Date.parse(last)];
  return Number.isNaN(from) || Number.isNaN(to) ? `${first} – ${last}` : day.formatRange(from, to);
}

/** An ISO 8601 time, in UTC. On a page {@link timeElement} of time.ts adds the reader's own time. */
export function dateTime(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : `${moment.format(time)} UTC`;
}

/** How long some seconds are, in the largest unit that fits: "12 seconds", "3 hours". */
export function duration(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return plural(Math.floor(seconds / length), unit);
  }
  return plural(Math.max(0, Math.floor(seconds)), 'second');
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** A name of code for people: recency_segment is "recency", negative_days_between_orders words with spaces. */
export function words(name: string): string {
  return name.replace(/_segment$/, '').replaceAll('_', ' ');
}

/** What the service begins its sentences with; any other first word may be a name. */
const FIRST_WORDS = /^(?:an?|another|artifact|at|cannot|expected|fewer|its|line|none|the|this|what)(?= )/;

/** A reason of the service as a sentence by itself. A name that it begins with stays as it is. */
export function sentence(reason: string): string {
  return reason.replace(FIRST_WORDS, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

/** The first 8 digits of a version are enough to tell it from others. */
export function shortVersion(version: string): string {
  return version.slice(0, 8);
}
