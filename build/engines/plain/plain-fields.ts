import { MISSING } from '../../../src/core/missing.ts';
import { midnightOf } from '../../../src/core/time.ts';

/** In place of a position: the field is not plain. */
export const NOT_PLAIN = -1;

export const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [10, 13, 34] as const;
const [SPACE, PLUS, DASH, POINT, DIGIT_0, COLON, LETTER_T, LETTER_Z] = [
  32, 43, 45, 46, 48, 58, 84, 90,
] as const;
const DATE = 'YYYY-MM-DD'.length;
const CLOCK = ' hh:mm:ss'.length;

const MOST_DIGITS = 9;
/** With all of these, units and decimals are one whole number that is exact. */
const MOST_DECIMALS = 6;

/**
 * Reads the fields of lines of CSV as they are in nearly all: every reader returns where its field ends, which is for the
 * caller to compare with a delimiter, or NOT_PLAIN. A field that is empty is missing.
 *
 * Bytes must end with a line feed: no reader goes past it.
 */
export class PlainFields {
  /** What was read last: a number, seconds since 1970, or MISSING. */
  value = MISSING;
  readonly #decimal: number;

  /** @param decimal the mark that numbers have, as a byte */
  constructor(decimal: number) {
    this.#decimal = decimal;
  }

  /** Reads `YYYY-MM-DD`, alone or with `hh:mm:ss` after a space or T, and perhaps a fraction and a zone. */
  time(bytes: Uint8Array, from: number): number {
    this.value = MISSING;
    if (!isDigit(bytes[from])) return from;
    const century = two(bytes, from);
    const year = two(bytes, from + 2);
    if ((century | year) < 0 || bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return NOT_PLAIN;
    const midnight = midnightOf(century * 100 + year, two(bytes, from + 5), two(bytes, from + 8));
    if (midnight === null) return NOT_PLAIN;
    this.value = midnight;
    const at = from + DATE;
    if (bytes[at] !== SPACE && bytes[at] !== LETTER_T) return at;
    const hour = two(bytes, at + 1);
    const minute = two(bytes, at + 4);
    const second = two(bytes, at + 7);
    if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) return NOT_PLAIN;
    if (bytes[at + 3] !== COLON || bytes[at + 6] !== COLON) return NOT_PLAIN;
    this.value = midnight + hour * 3600 + minute * 60 + second;
    return afterUtc(bytes, afterFraction(bytes, at + CLOCK));
  }

  /** Reads digits, and decimals after a mark. @param marked whether a number with a mark may be plain */
  decimal(bytes: Uint8Array, from: number, marked: boolean): number {
    let at = from;
    let units = 0;
    for (; at - from < MOST_DIGITS && isDigit(bytes[at]); at++) units = units * 10 + digit(bytes, at);
    this.value = at === from ? MISSING : units;
    if (at === from || bytes[at] !== this.#decimal) return at;
    if (!marked) return NOT_PLAIN;
    const point = ++at;
    let decimals = 0;
    let whole = 1;
    for (; at - point < MOST_DECIMALS && isDigit(bytes[at]); at++) {
      decimals = decimals * 10 + digit(bytes, at);
      whole *= 10;
    }
    // A quotient is the number that is nearest to it, as is the number that a text is read as.
    if (decimals > 0) this.value = (units * whole + decimals) / whole;
    return at;
  }
}

/** @returns where a fraction of a second ends; without one, where it would start */
function afterFraction(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== POINT || !isDigit(bytes[from + 1])) return from;
  let at = from + 1;
  while (isDigit(bytes[at])) at++;
  return at;
}

/** @returns where a zone ends, of those that are UTC: Z, +00, +0000 or +00:00 */
function afterUtc(bytes: Uint8Array, at: number): number {
  if (bytes[at] === LETTER_Z) return at + 1;
  if (bytes[at] !== PLUS || two(bytes, at + 1) !== 0) return at;
  const colon = bytes[at + 3] === COLON ? 1 : 0;
  if (two(bytes, at + 3 + colon) === 0) return at + 5 + colon;
  return colon === 1 ? at : at + 3;
}

/** @returns whether a field without quotes ends with a byte */
export function isEnd(byte: number, delimiter: number): boolean {
  return byte === delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === QUOTE;
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

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}
