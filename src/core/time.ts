/** Times are UTC, in whole seconds since 1970-01-01T00:00:00Z. */
export const SECONDS_PER_DAY = 86_400;

/** The forms of time that are read everywhere, for a sentence. */
export const TIME_FORMS =
  'YYYY-MM-DD or YYYY/MM/DD, alone or with H:MM[:SS[.fraction]] after a space or T, and then nothing, Z, UTC, ±HH, ±HHMM or ±HH:MM';

/**
 * Reads a time: `YYYY-MM-DD` or `YYYY/MM/DD`, alone or with `H:MM[:SS[.fraction]]` after a space, `T` or `t` (a comma may
 * replace the point). A zone may follow, perhaps after a space: `Z`, `z`, `UTC`, `±HH`, `±HHMM` or `±HH:MM`, and after that its
 * name, `[Europe/Berlin]`. Fractions of a second are cut.
 *
 * Character codes rather than a regular expression or Date.parse: it runs three times for each row of a
 * history, and Date.parse takes forms and days (30 February) that are no dates here.
 *
 * @param from where the time starts in the text, and `to` where it ends: a field of a file need not be cut out of it
 * @returns seconds since the epoch, or null for any other text, for days that no calendar has, and where an offset leads
 *   out of the years 0 to 9999
 */
export function parseTime(text: string, from = 0, to = text.length): number | null {
  if (to - from < DATE_LENGTH) return null;
  const high = digitsAt(text, from);
  const low = digitsAt(text, from + 2);
  const month = digitsAt(text, from + 5);
  const day = digitsAt(text, from + 8);
  if ((high | low) < 0) return null;
  const mark = text.charCodeAt(from + 4);
  if ((mark !== DASH && mark !== SLASH) || text.charCodeAt(from + 7) !== mark) return null;
  const midnight = midnightOf(high * 100 + low, month, day);
  const at = from + DATE_LENGTH;
  if (midnight === null || at === to) return midnight;

  const separator = text.charCodeAt(at);
  if (separator !== SPACE && separator !== LETTER_T && separator !== SMALL_T) return null;
  return afterMidnight(text, at + 1, to, midnight);
}

/**
 * Reads what follows a date: `H:MM[:SS[.fraction]]`, perhaps AM or PM, perhaps a zone, and nothing else.
 *
 * @param start where it starts in the text, and `to` where it ends
 * @param midnight of the date, in seconds
 * @param halves whether AM or PM may follow the time
 * @returns seconds since the epoch, or null
 */
export function afterMidnight(
  text: string,
  start: number,
  to: number,
  midnight: number,
  halves = false,
): number | null {
  // One digit makes an hour, too.
  const digits = text.charCodeAt(start + 1) === COLON ? 1 : 2;
  let at = start + digits + ':MM'.length;
  if (at > to || text.charCodeAt(at - 3) !== COLON) return null;
  let hour = digits === 2 ? digitsAt(text, start) : digitAt(text, start);
  const minute = digitsAt(text, at - 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return null;
  let second = 0;
  if (at < to && text.charCodeAt(at) === COLON) {
    second = at + ':SS'.length > to ? -1 : digitsAt(text, at + 1);
    if (second < 0 || second > 59) return null;
    at += ':SS'.length;
    const mark = text.charCodeAt(at);
    if (at < to && (mark === POINT || mark === COMMA)) {
      const fraction = ++at;
      while (at < to && digitAt(text, at) >= 0) at++;
      if (at === fraction) return null;
    }
  }
  if (halves && at < to) {
    const half = HALF.exec(text.slice(at, to));
    if (half !== null) {
      if (hour < 1 || hour > 12) return null;
      hour = (hour % 12) + (/p/i.test(half[0]) ? 12 : 0);
      at += half[0].length;
    }
  }
  const seconds = midnight + hour * 3600 + minute * 60 + second;
  if (at === to) return seconds;
  const zone = text.slice(text.charCodeAt(at) === SPACE ? at + 1 : at, to);
  // The name of a zone after the offset says nothing more (RFC 9557).
  const offset = parseOffset(zone.endsWith(']') ? zone.replace(ZONE_NAME, '') : zone);
  return offset === null ? null : inFourDigitYears(seconds - offset);
}

/** @returns seconds that can be written as they are read, of the years 0 to 9999; null for others */
export function inFourDigitYears(seconds: number): number | null {
  return seconds < FIRST_SECOND || seconds > LAST_SECOND ? null : seconds;
}

/** @returns the first second of a day, or null for one that no calendar has @param year 0 to 9999 */
export function midnightOf(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromDate(year, month, day) * SECONDS_PER_DAY;
}

const ZONE_NAME = /\[[\w+/-]+\]$/;

/** AM or PM after a time, as `10:00 PM`, `10:00 p.m.` or with a space that does not break, as macOS and Chrome write it. */
const HALF = /^\s?[ap]\.?m\.?/i;

/** Of the years 0 and 9999: what lies beyond, which only an offset can do, could not be written as it is read. */
export const FIRST_SECOND = -62_167_219_200;
export const LAST_SECOND = 253_402_300_799;

/** @returns the time as `YYYY-MM-DDTHH:MM:SSZ`, a form that {@link parseTime} reads back to the same second */
export function formatTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** @returns whole days from `earlier` to `later` (both in seconds), negative when `later` comes first */
export function daysBetween(earlier: number, later: number): number {
  return Math.floor((later - earlier) / SECONDS_PER_DAY);
}

/**
 * @param day days since 1970-01-01, of the years 0 to 9999
 * @returns the number of its month, counted from January 1970: "civil_from_days" of the source below
 */
export function monthIndex(day: number): number {
  const shifted = day + DAYS_FROM_YEAR_MINUS_400;
  const era = (shifted / DAYS_IN_400_YEARS) | 0;
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const leapDays = ((dayOfEra / 1_460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  return (era * 400 + yearOfEra - 400 - 1970) * 12 + monthFromMarch + 2;
}

/** YYYY-MM-DD */
const DATE_LENGTH = 10;
const DASH = 45;
const SLASH = 47;
const SPACE = 32;
const COMMA = 44;
const LETTER_T = 84;
const SMALL_T = 116;
const COLON = 58;
const POINT = 46;

const OFFSET = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/;

/** Seconds east of UTC; null for what is no zone. */
function parseOffset(zone: string): number | null {
  if (zone === 'Z' || zone === 'z' || zone === 'UTC') return 0;
  const parts = OFFSET.exec(zone);
  if (parts === null) return null;
  const [, sign, hours, minutes = 0] = parts;
  return (sign === '+' ? 1 : -1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

/** The digit at `at`; -1 for another character. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** The number in the two digits at `at`, or -1 where there are not two. */
function digitsAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  // One comparison for four: the sign of the whole is set when one of the parts is below 0.
  return (tens | (9 - tens) | ones | (9 - ones)) < 0 ? -1 : tens * 10 + ones;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar. The year is made to start in March, so
 * that the leap day comes last: "days_from_civil" in H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 * Nothing here is negative for the years 0 to 9999 but the result, so cutting with `| 0` is rounding down.
 */
function daysFromDate(year: number, month: number, day: number): number {
  const marchYear = (month <= 2 ? year - 1 : year) + 400;
  const century = (marchYear / 100) | 0;
  const dayOfYear = ((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0;
  const leapDays = ((marchYear / 4) | 0) - century + ((century / 4) | 0);
  return marchYear * 365 + leapDays + dayOfYear + day - 1 - DAYS_FROM_YEAR_MINUS_400;
}

const DAYS_IN_400_YEARS = 146_097;

/** Days from 1 March of the year -400 to 1970-01-01. */
const DAYS_FROM_YEAR_MINUS_400 = 719_468 + DAYS_IN_400_YEARS;
