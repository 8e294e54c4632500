import { bare, isMissing, MISSING, UNREADABLE } from '../missing.ts';
import { afterMidnight, inFourDigitYears, midnightOf, parseTime, SECONDS_PER_DAY } from '../time.ts';
import type { FieldReader } from './fields.ts';

/** The forms of time that a config can name, besides those that parseTime reads and that are read under any setting. */
export const TIME_FORMATS = [
  'iso',
  'epoch_seconds',
  'epoch_milliseconds',
  'epoch_microseconds',
  'excel_serial',
  'day_month_year',
  'month_day_year',
  'year_month_day',
  'month_name',
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** Compiles a format, `times.format` in the config, to a reader of times in seconds since 1970. */
export function timeReader(format: TimeFormat): FieldReader {
  const parse = PARSERS[format];
  return (whole, from = 0, to = whole.length) => {
    // Most fields have nothing to trim: that is not looked for before there is a reason.
    const plain = parseTime(whole, from, to);
    if (plain !== null) return plain;
    const field = whole.slice(from, to);
    if (isMissing(field)) return MISSING;
    const text = bare(field);
    return (text === field ? null : parseTime(text)) ?? parse(text) ?? UNREADABLE;
  };
}

const PARSERS: Readonly<Record<TimeFormat, (text: string) => number | null>> = {
  iso: () => null,
  epoch_seconds: (text) => epoch(text, 1),
  epoch_milliseconds: (text) => epoch(text, 1_000),
  epoch_microseconds: (text) => epoch(text, 1_000_000),
  excel_serial: excelSerial,
  day_month_year: (text) => dated(text, DAY_FIRST, (day, month, year) => midnightOf(year, month, day)),
  month_day_year: (text) => dated(text, DAY_FIRST, (month, day, year) => midnightOf(year, month, day)),
  year_month_day: (text) =>
    dated(text, YEAR_FIRST, (year, month, day) => midnightOf(year, month, day)) ?? compact(text),
  month_name: named,
};

/** @param text without white space around it @returns whether a format reads it as a time that it may mean, to recommend it */
export function mayMean(format: TimeFormat, text: string): boolean {
  const seconds = PARSERS[format](text);
  // Digits fit every epoch, and days are counted from other years than Excel's: what makes a time of our days is meant.
  return (
    seconds !== null && (!/^(?:epoch|excel)_/.test(format) || (seconds > YEAR_1990 && seconds < YEAR_2100))
  );
}

const YEAR_1990 = 631_152_000;
const YEAR_2100 = 4_102_444_800;

/**
 * Digits, with or without a fraction, that count from 1970; cut to the second before. A column may be of another unit than
 * the rest: its seconds, read as milliseconds, would all be of January 1970. So parts of seconds make no time of these years.
 */
function epoch(text: string, perSecond: number): number | null {
  if (!/^-?\d{1,20}(?:\.\d*)?$/.test(text)) return null;
  const seconds = Math.floor(Number(text) / perSecond);
  return perSecond > 1 && Math.abs(seconds) < THREE_YEARS ? null : inFourDigitYears(seconds);
}

const THREE_YEARS = 100_000_000;

/**
 * Days since 30 December 1899, as spreadsheets count them, to the nearest second: a fraction of a day is no whole number
 * of seconds. Before March 1900, where Excel has a day too many, there is no time.
 */
function excelSerial(text: string): number | null {
  if (!/^\d{2,7}(?:[.,]\d*)?$/.test(text)) return null;
  const days = Number(text.replace(',', '.'));
  return days < 61 ? null : inFourDigitYears(Math.round((days - DAYS_TO_1970) * SECONDS_PER_DAY));
}

const DAYS_TO_1970 = 25_569;

const DAY_FIRST = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)/;
const YEAR_FIRST = /^(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d)/;

/** `20260501`, alone or with a time of day as `T100000`, `100000` or ` 10:00:00`, and perhaps a zone. */
function compact(text: string): number | null {
  const parts = COMPACT.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '00', rest = ''] = parts;
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  if (midnight === null || hour === undefined) return midnight;
  const time = `${hour}:${minute}:${second}${rest}`;
  return afterMidnight(time, 0, time.length, midnight);
}

const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:[Tt ]?(\d\d):?(\d\d)(?::?(\d\d))?(.*))?$/s;

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
/** The English name of a day of the week, which says nothing that the date does not. */
const WEEKDAY = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? /i;
const DAY_MONTH = /^(?<day>\d{1,2})[ -](?<month>[a-z]{3,9})\.?(?:, |[ -])(?<year>\d{4})(?!\d)/i;
const MONTH_DAY = /^(?<month>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})(?!\d)/i;

/** `May  1 10:00:00 2026`, as ctime and date write it, perhaps with UTC before the year. */
const YEAR_LAST = /^([a-z]{3} {1,2}\d{1,2}) (\d\d:\d\d:\d\d(?: UTC| GMT)?) (\d{4})$/i;

/** `01 May 2026`, `1-May-2026` or `May 1, 2026`, perhaps after a weekday, then as {@link dated}; or as ctime. In English. */
function named(text: string): number | null {
  const date = text.replace(WEEKDAY, '').replace(YEAR_LAST, '$1 $3 $2').replace('  ', ' ');
  const parts = DAY_MONTH.exec(date) ?? MONTH_DAY.exec(date);
  if (parts?.groups === undefined) return null;
  const { day, month = '', year } = parts.groups;
  const midnight = midnightOf(Number(year), monthOf(month.toLowerCase()), Number(day));
  return midnight === null ? null : afterDate(date, parts[0].length, midnight);
}

/** @returns the number of a month, by the first three letters of its name or more of them; 0 for another word */
function monthOf(name: string): number {
  return 1 + MONTHS.findIndex((month) => month.startsWith(name));
}

/** A date whose parts have one mark between them, alone or with a time of day after a space, a T or a comma and a space. */
function dated(
  text: string,
  pattern: RegExp,
  midnight: (first: number, second: number, third: number) => number | null,
): number | null {
  const parts = pattern.exec(text);
  if (parts === null) return null;
  const [date, first, , second, third] = parts;
  const day = midnight(Number(first), Number(second), Number(third));
  return day === null ? null : afterDate(text, date.length, day);
}

/** @param at where the date ends @param midnight of the date @returns the time, with what follows the date */
function afterDate(text: string, at: number, midnight: number): number | null {
  if (text.length === at) return midnight;
  const gap = /^(?:,? |[Tt])/.exec(text.slice(at, at + 2));
  const utc = text.replace(/GMT$/, 'UTC');
  return gap === null ? null : afterMidnight(utc, at + gap[0].length, utc.length, midnight, true);
}
