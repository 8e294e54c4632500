import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { hasPlainYear, LENGTH_OF_TIME, secondsText, writeTime } from './seconds-text.ts';

/** Bytes that are handed on at once, at least. */
const BLOCK = 1 << 20;
/** Bytes to begin with: there may be many of these, with little in each. */
const START = 1 << 16;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const BYTES_OF_UNIT = 3;
/** UTF-16 units that are gathered before they become bytes. */
const SOON = 8_192;
/** The largest number that is written in digits without a text: quicker for all that people count. */
const MOST_WHOLE = 2 ** 31 - 1;
/** More than any number or time takes. */
const SHORT = 32;
/** What copying may write past the end. */
const SPARE = 3;

/**
 * Text that grows, as bytes. Values are written right into them: a string for each of some millions takes longer to make
 * and to collect than its bytes.
 *
 * Bytes of a file that are not UTF-8 come out as they were. Text becomes bytes soon: long-lived joined texts cost more to
 * collect than to write.
 */
export class CsvBytes {
  #text = '';
  #bytes = Buffer.allocUnsafe(START);
  #view = viewOf(this.#bytes);
  #used = 0;

  /** How many bytes there are. */
  get length(): number {
    this.#encode();
    return this.#used;
  }

  /** Adds text as it is, whose last character is whole. */
  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= SOON) this.#encode();
  }

  /** Writes a text as a field: in quotes where RFC 4180 wants them. */
  text(text: string): void {
    this.#need(text.length);
    const start = this.#used;
    const bytes = this.#bytes;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127 || QUOTED[code] === 1) {
        const encoded = encodeWithBadBytes(text);
        this.field(viewOf(encoded), 0, encoded.length);
        return;
      }
      bytes[start + at] = code;
    }
    this.#used = start + text.length;
  }

  /** Writes bytes as a field, four at a time: those for which it is quoted are below the minus sign, and few others are. */
  field(from: DataView, start: number, end: number): void {
    this.#need(end - start);
    const view = this.#view;
    let used = this.#used;
    let at = start;
    for (const last = end - 4; at <= last; at += 4, used += 4) {
      const four = from.getInt32(at, true);
      if (((four - FOUR_MINUS_SIGNS) & ~four & FOUR_HIGH_BITS) !== 0 && hasQuoted(from, at, at + 4)) break;
      view.setInt32(used, four, true);
    }
    for (; at < end; at++, used++) {
      const byte = from.getUint8(at);
      if (QUOTED[byte] === 1) {
        this.#quoted(from, start, end);
        return;
      }
      view.setUint8(used, byte);
    }
    this.#used = used;
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
    writeTime(seconds, this.#view, this.#used);
    this.#used += LENGTH_OF_TIME;
  }

  comma(): void {
    this.#need(1);
    this.#bytes[this.#used++] = COMMA;
  }

  /** Adds bytes as they are: four at a time, which for the few of a field takes a third of what a call of set does. */
  copy(from: DataView, start: number, end: number): void {
    this.#need(end - start + SPARE);
    const view = this.#view;
    const last = from.byteLength - 4;
    let used = this.#used;
    let at = start;
    for (; at < end && at <= last; at += 4, used += 4) view.setUint32(used, from.getUint32(at, true), true);
    for (; at < end; at++, used++) view.setUint8(used, from.getUint8(at));
    this.#used += end - start;
  }

  /** Takes what is there away, where it is a block or more, or `all`. @returns null where it is not */
  take(all: boolean): Uint8Array | null {
    if (this.length === 0 || (this.#used < BLOCK && !all)) return null;
    const taken = this.#bytes.subarray(0, this.#used);
    this.#begin(2 * BLOCK);
    this.#used = 0;
    return taken;
  }

  #quoted(from: DataView, start: number, end: number): void {
    this.#need(2 * (end - start) + 2);
    const bytes = this.#bytes;
    let used = this.#used;
    bytes[used++] = QUOTE;
    for (let at = start; at < end; at++) {
      const byte = from.getUint8(at);
      if (byte === QUOTE) bytes[used++] = QUOTE;
      bytes[used++] = byte;
    }
    bytes[used++] = QUOTE;
    this.#used = used;
  }

  #whole(number: number): void {
    this.#need(SHORT);
    const bytes = this.#bytes;
    let length = 1;
    for (let rest = number; rest >= 10; rest = (rest / 10) | 0) length++;
    const start = this.#used;
    for (let at = start + length - 1, rest = number; at >= start; at--) {
      const tens = (rest / 10) | 0;
      bytes[at] = DIGIT_0 + rest - tens * 10;
      rest = tens;
    }
    this.#used = start + length;
  }

  /** @param hundredths from 1 to 99 */
  #fraction(hundredths: number): void {
    const tens = (hundredths / 10) | 0;
    const ones = hundredths - tens * 10;
    this.#need(SHORT);
    const bytes = this.#bytes;
    bytes[this.#used++] = POINT;
    bytes[this.#used++] = DIGIT_0 + tens;
    if (ones > 0) bytes[this.#used++] = DIGIT_0 + ones;
  }

  /** Has so many bytes free after all that was added. */
  #need(size: number): void {
    if (this.#text !== '') this.#encode();
    if (this.#used + size > this.#bytes.length) this.#grow(size);
  }

  #grow(size: number): void {
    const before = this.#bytes;
    this.#begin(2 * (this.#used + size));
    before.copy(this.#bytes, 0, 0, this.#used);
  }

  #begin(size: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#view = viewOf(this.#bytes);
  }

  #encode(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#need(text.length * BYTES_OF_UNIT);
    if (text.isWellFormed()) this.#used += this.#bytes.write(text, this.#used);
    else {
      const encoded = encodeWithBadBytes(text);
      this.#bytes.set(encoded, this.#used);
      this.#used += encoded.length;
    }
  }
}

/** @returns a view of bytes, of which four are read and written at a time */
export function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

const [QUOTE, COMMA, POINT, DIGIT_0] = [34, 44, 46, 48] as const;
const FOUR_MINUS_SIGNS = 0x2d2d2d2d;
const FOUR_HIGH_BITS = 0x80808080;

/** 1 for the bytes that a field is quoted for: a quote, a comma, CR and LF. */
const QUOTED = new Uint8Array(256);
for (const character of '",\r\n') QUOTED[character.charCodeAt(0)] = 1;

function hasQuoted(bytes: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (QUOTED[bytes.getUint8(at)] === 1) return true;
  return false;
}
