import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { viewOf } from './csv-bytes.ts';
import { hasPlainYear, LENGTH_OF_TIME, secondsText, writeTime } from './seconds-text.ts';

/** The largest number that is written in digits without a text: quicker for all that people count. */
const MOST_WHOLE = 2 ** 31 - 1;
/** Bytes to begin with. */
const BYTES = 1 << 16;
/** More than any number or time takes. */
const SHORT = 32;

/** Fields of CSV, one after the other, in memory that is used again: in quotes where RFC 4180 wants them. */
export class FieldBytes {
  bytes = new Uint8Array(BYTES);
  view = viewOf(this.bytes);
  /** How many of the bytes are used. */
  used = 0;

  /** Writes a text; bytes of a file that are not UTF-8 come out as they were. */
  text(text: string): void {
    const start = this.used;
    this.#need(text.length);
    const { bytes } = this;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127 || QUOTED[code] === 1) {
        const encoded = encodeWithBadBytes(text);
        this.field(encoded, 0, encoded.length);
        return;
      }
      bytes[start + at] = code;
    }
    this.used = start + text.length;
  }

  /** Writes bytes. */
  field(from: Uint8Array, start: number, end: number): void {
    this.#need(2 * (end - start) + 2);
    const { bytes } = this;
    const quote = hasQuoted(from, start, end);
    let { used } = this;
    if (quote) bytes[used++] = QUOTE;
    for (let at = start; at < end; at++) {
      const byte = from[at] ?? 0;
      if (byte === QUOTE) bytes[used++] = QUOTE;
      bytes[used++] = byte;
    }
    if (quote) bytes[used++] = QUOTE;
    this.used = used;
  }

  /** Writes a number as String does. */
  number(number: number): void {
    if (number >= 0 && number <= MOST_WHOLE) {
      const whole = number | 0;
      if (whole === number) {
        this.#whole(whole);
        return;
      }
      // A quotient is rounded to the nearest number: there is no shorter way to write it.
      const hundredths = Math.round(number * 100);
      if (hundredths <= MOST_WHOLE && hundredths / 100 === number) {
        this.#whole((hundredths / 100) | 0);
        this.#fraction(hundredths % 100);
        return;
      }
    }
    this.text(String(number));
  }

  /** Writes a time as secondsText does. */
  time(seconds: number): void {
    if (!hasPlainYear(seconds)) {
      this.text(secondsText(seconds));
      return;
    }
    this.#need(SHORT);
    writeTime(seconds, this.bytes, this.view, this.used);
    this.used += LENGTH_OF_TIME;
  }

  #whole(number: number): void {
    this.#need(SHORT);
    const { bytes } = this;
    let length = 1;
    for (let rest = number; rest >= 10; rest = (rest / 10) | 0) length++;
    const start = this.used;
    for (let at = start + length - 1, rest = number; at >= start; at--) {
      const tens = (rest / 10) | 0;
      bytes[at] = DIGIT_0 + rest - tens * 10;
      rest = tens;
    }
    this.used = start + length;
  }

  /** @param hundredths from 1 to 99 */
  #fraction(hundredths: number): void {
    const tens = (hundredths / 10) | 0;
    const ones = hundredths - tens * 10;
    this.#need(SHORT);
    this.bytes[this.used++] = POINT;
    this.bytes[this.used++] = DIGIT_0 + tens;
    if (ones > 0) this.bytes[this.used++] = DIGIT_0 + ones;
  }

  #need(size: number): void {
    if (this.used + size <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.used + size));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

const [QUOTE, POINT, DIGIT_0] = [34, 46, 48] as const;

/** 1 for the bytes that a field is quoted for: a quote, a comma, CR and LF. */
const QUOTED = new Uint8Array(256);
for (const character of '",\r\n') QUOTED[character.charCodeAt(0)] = 1;

/** @returns whether a field of CSV with these bytes is in quotes @param view of the same bytes */
export function needsQuotes(bytes: Uint8Array, start: number, end: number, view: DataView): boolean {
  let at = start;
  // Four at a time: few bytes of a field are below the minus sign, and those for which it is quoted are.
  for (const last = end - 4; at <= last; at += 4) {
    const four = view.getInt32(at, true);
    if (((four - FOUR_MINUS_SIGNS) & ~four & FOUR_HIGH_BITS) !== 0 && hasQuoted(bytes, at, at + 4))
      return true;
  }
  return hasQuoted(bytes, at, end);
}

const FOUR_MINUS_SIGNS = 0x2d2d2d2d;
const FOUR_HIGH_BITS = 0x80808080;

function hasQuoted(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (QUOTED[bytes[at] ?? 0] === 1) return true;
  return false;
}
