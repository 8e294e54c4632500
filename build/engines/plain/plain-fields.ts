import { MISSING } from '../../../src/core/missing.ts';
import { midnightOf, SECONDS_PER_DAY } from '../../../src/core/time.ts';

/** In place of a position: the field is not plain. */
export const NOT_PLAIN = -1;
/** In place of a number that is missing. */
export const NO_NUMBER = -1;

export const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [10, 13, 34] as const;
const [SPACE, PLUS, POINT, DIGIT_0, COLON, LETTER_T, LETTER_Z] = [32, 43, 46, 48, 58, 84, 90] as const;
const DATE = 'YYYY-MM-DD'.length;
const CLOCK = ' hh:mm:ss'.length;

const MOST_DIGITS = 9;
/** With all of these, units and decimals are one whole number that is exact. */
const MOST_DECIMALS = 6;

/** Of these years the day of a date is looked up; a date of any other is not plain. */
const FIRST_YEAR = 1970;
const YEARS = 130;
const NOT_LOOKED_AT = -2;
const NO_SUCH_DAY = -1;
const DAYS = new Int32Array(YEARS << 9).fill(NOT_LOOKED_AT);

/**
 * Reads the fields of lines of CSV as they are in nearly all: every reader returns where its field ends, which is for the
 * caller to compare with a delimiter, or NOT_PLAIN. A field that is empty is missing.
 *
 * Bytes must end with a line feed: no reader goes past it.
 */
export class PlainFields {
  /** The time that was read last: seconds since 1970, or MISSING. */
  seconds = MISSING;
  /** The number that was read last. */
  number = NO_NUMBER;
  readonly #decimal: number;

  /** @param decimal the mark that numbers have, as a byte */
  constructor(decimal: number) {
    this.#decimal = decimal;
  }

  /** Reads `YYYY-MM-DD`, alone or with `hh:mm:ss` after a space or T, and perhaps a fraction and a zone. */
  time(bytes: Uint8Array, view: DataView, from: number): number {
    if (!isDigit(bytes[from] ?? 0)) {
      this.seconds = MISSING;
      return from;
    }
    let at = from + DATE;
    if (at >= bytes.length) return NOT_PLAIN;
    const year = view.getInt32(from, true);
    const month = view.getInt32(from + 4, true);
    const date = two(bytes, from + 8);
    if (!hasForm(year, YYYY, YYYY_DIGITS) || !hasForm(month, _MM_, _MM_DIGITS) || date < 0) return NOT_PLAIN;
    const day = dayOf(
      digitOf(year, 0) * 1000 + digitOf(year, 8) * 100 + digitOf(year, 16) * 10 + digitOf(year, 24),
      digitOf(month, 8) * 10 + digitOf(month, 16),
      date,
    );
    if (day === NO_SUCH_DAY) return NOT_PLAIN;
    this.seconds = day * SECONDS_PER_DAY;
    if (bytes[at] !== SPACE && bytes[at] !== LETTER_T) return at;
    if (at + CLOCK >= bytes.length) return NOT_PLAIN;
    const start = view.getInt32(at + 1, true);
    const end = view.getInt32(at + 5, true);
    if (!hasForm(start, HH_M, HH_M_DIGITS) || !hasForm(end, M_SS, M_SS_DIGITS)) return NOT_PLAIN;
    const hour = digitOf(start, 0) * 10 + digitOf(start, 8);
    const minute = digitOf(start, 24) * 10 + digitOf(end, 0);
    const second = digitOf(end, 16) * 10 + digitOf(end, 24);
    if (hour > 23 || minute > 59 || second > 59) return NOT_PLAIN;
    this.seconds += hour * 3600 + minute * 60 + second;
    at += CLOCK;
    if (bytes[at] === POINT) {
      const fraction = ++at;
      while (isDigit(bytes[at] ?? 0)) at++;
      if (at === fraction) return NOT_PLAIN;
    }
    return afterUtc(bytes, at);
  }

  /** Reads digits, and decimals after a mark. @param marked whether a number with a mark may be plain */
  decimal(bytes: Uint8Array, from: number, marked: boolean): number {
    let at = from;
    let units = 0;
    for (; at - from < MOST_DIGITS && isDigit(bytes[at] ?? 0); at++) units = units * 10 + digit(bytes, at);
    this.number = units;
    if (at === from) {
      this.number = NO_NUMBER;
      return at;
    }
    if (bytes[at] !== this.#decimal) return at;
    if (!marked) return NOT_PLAIN;
    const point = ++at;
    let decimals = 0;
    let whole = 1;
    for (; at - point < MOST_DECIMALS && isDigit(bytes[at] ?? 0); at++) {
      decimals = decimals * 10 + digit(bytes, at);
      whole *= 10;
    }
    // A quotient is the number that is nearest to it, as is the number that a text is read as.
    if (decimals > 0) this.number = (units * whole + decimals) / whole;
    return at;
  }
}

/** Forms of four bytes, of which the first is the lowest: zeros for digits, and the marks between them. */
const [YYYY, _MM_, HH_M, M_SS] = [0x30303030, 0x2d30302d, 0x303a3030, 0x30303a30] as const;
/** 6 for each digit: with it, a byte above that of 9 has no digit's upper half. */
const [YYYY_DIGITS, _MM_DIGITS, HH_M_DIGITS, M_SS_DIGITS] = [
  0x06060606, 0x00060600, 0x06000606, 0x06060006,
] as const;

/** Whether four bytes have a form. Four at a time take less time than one by one. */
function hasForm(four: number, form: number, digits: number): boolean {
  const marksAndUpperHalves = ~((digits << 1) | (digits >> 1));
  return (four & marksAndUpperHalves) === form && ((four + digits) & marksAndUpperHalves) === form;
}

/** The digit in one of four bytes. */
function digitOf(four: number, bits: number): number {
  return (four >>> bits) & 15;
}

/** Days since 1970, or NO_SUCH_DAY. */
function dayOf(year: number, month: number, date: number): number {
  if (year < FIRST_YEAR || year >= FIRST_YEAR + YEARS || month > 12 || date > 31) return NO_SUCH_DAY;
  const place = ((year - FIRST_YEAR) << 9) | (month << 5) | date;
  const day = DAYS[place] ?? NOT_LOOKED_AT;
  if (day !== NOT_LOOKED_AT) return day;
  const midnight = midnightOf(year, month, date);
  DAYS[place] = midnight === null ? NO_SUCH_DAY : midnight / SECONDS_PER_DAY;
  return DAYS[place] ?? NO_SUCH_DAY;
}

/** @returns where a zone ends, of those that are UTC: Z, +00, +0000 or +00:00 */
function afterUtc(bytes: Uint8Array, at: number): number {
  if (bytes[at] === LETTER_Z) return at + 1;
  if (bytes[at] !== PLUS || two(bytes, at + 1) !== 0) return at;
  const colon = bytes[at + 3] === COLON ? 1 : 0;
  if (two(bytes, at + 3 + colon) === 0) return at + 5 + colon;
  return colon === 1 ? at : at + 3;
}

/** The number in two digits, below 0 where there are not two. */
function two(bytes: Uint8Array, at: number): number {
  const tens = digit(bytes, at);
  const ones = digit(bytes, at + 1);
  return (tens | (9 - tens) | ones | (9 - ones)) < 0 ? -1 : tens * 10 + ones;
}

function digit(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) - DIGIT_0;
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}
