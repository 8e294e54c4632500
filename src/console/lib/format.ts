/** English words and the reader's own separators would mix: all is written the British way. */
const LOCALE = 'en-GB';

const whole = new Intl.NumberFormat(LOCALE);
const upToTwo = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const compactForm = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const percentForm = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** What stands where there is no value. */
export const NONE = '–';

/** A count: 6,200. */
export function count(value: number): string {
  return whole.format(value);
}

/** An amount in the currency of its country, which the data does not name: 1,234.5. */
export function amount(value: number | null | undefined): string {
  return value == null ? NONE : upToTwo.format(value);
}

/** As short as a cell of a heat map wants it: four digits as they are, from there 12.3k. */
export function short(value: number): string {
  if (Math.abs(value) >= 10_000) return compactForm.format(value).toLowerCase();
  return (Math.abs(value) >= 1000 ? whole : upToTwo).format(value);
}

/** A share of 1 as a percentage. What is more than nothing never reads as nothing. */
export function percent(share: number): string {
  return share > 0 && share < 0.001 ? '< 0.1%' : percentForm.format(share);
}

/** A change with its sign, which reads as minus and not as a hyphen. */
export function signed(value: number): string {
  const text = upToTwo.format(Math.abs(value));
  return value === 0 ? text : `${value > 0 ? '+' : '−'}${text}`;
}

/** The day of an ISO 8601 time: 21 Jul 2026. */
export function date(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : day.format(time);
}

/** The same with the time of day. Everything is in UTC, and says so. */
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

/** "1 row", "2 rows". @param many where an s is not enough */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A name of code for people: recency_segment is "recency", negative_days_between_orders words with spaces. */
export function words(name: string): string {
  return name.replace(/_segment$/, '').replaceAll('_', ' ');
}

/** The first 8 digits of a version are enough to tell it from others. */
export function shortVersion(version: string): string {
  return version.slice(0, 8);
}
