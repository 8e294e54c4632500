import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../src/core/time.ts';
import { dayOf, secondsText } from './seconds-text.ts';

/** The largest number that {@link CsvBytes.whole} takes: quicker than text for all that people count. */
export const MOST_WHOLE = 2 ** 31 - 1;
/** Bytes of a block. */
const BLOCK = 1 << 20;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const BYTES_OF_UNIT = 3;
/** UTF-16 units that are gathered before they become bytes. */
const SOON = 8_192;

/**
 * Text that grows, as blocks of bytes. Fields of CSV are written right into a block: a string for each of some millions
 * takes longer to make and to collect than its bytes.
 *
 * Bytes of a file that are not UTF-8 come out as they were. Text becomes bytes soon: joined texts that live for long cost more
 * to collect than to write.
 */
export class CsvBytes {
  #text = '';
  #block = Buffer.allocUnsafe(BLOCK);
  #used = 0;
  #full: Uint8Array[] = [];

  /** Adds text as it is, whose last character is whole. */
  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= SOON) this.#encode();
  }

  /** Adds bytes as they are. */
  bytes(bytes: Uint8Array): void {
    const start = this.#room(bytes.length);
    this.#block.set(bytes, start);
    this.#used += bytes.length;
  }

  /** Adds what is between two fields. */
  comma(): void {
    const at = this.#room(1);
    this.#block[at] = COMMA;
    this.#used++;
  }

  /** Adds bytes as a field with commas around it: with quotes where RFC 4180 wants them. */
  field(from: Uint8Array, start: number, end: number): void {
    let used = this.#room(2 * (end - start) + 2);
    const block = this.#block;
    for (let at = start; at < end; at++) {
      const byte = from[at] ?? 0;
      if (QUOTED[byte] === 1) {
        this.#quoted(from, start, end);
        return;
      }
      block[used++] = byte;
    }
    this.#used = used;
  }

  /** Adds a whole number in digits. @param number from 0 up to {@link MOST_WHOLE} */
  whole(number: number): void {
    let length = 1;
    for (let rest = number; rest >= 10; rest = (rest / 10) | 0) length++;
    const start = this.#room(length);
    for (let at = start + length - 1, rest = number; at >= start; at--) {
      const tens = (rest / 10) | 0;
      this.#block[at] = DIGIT_0 + rest - tens * 10;
      rest = tens;
    }
    this.#used += length;
  }

  /** Adds a time as secondsText writes it. */
  time(seconds: number): void {
    if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) {
      this.add(secondsText(seconds));
      return;
    }
    const day = Math.floor(seconds / SECONDS_PER_DAY);
    const second = seconds - day * SECONDS_PER_DAY;
    this.bytes(dayOf(day).bytes);
    const at = this.#room(LENGTH_OF_CLOCK);
    this.#two(at, (second / 3600) | 0, COLON);
    this.#two(at + 3, ((second / 60) | 0) % 60, COLON);
    this.#two(at + 6, second % 60, LETTER_Z);
    this.#used += LENGTH_OF_CLOCK;
  }

  /** @returns the blocks that are full, and with `all` what is left */
  take(all: boolean): Uint8Array[] {
    this.#encode();
    if (all) this.#seal();
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Writes a number below 100 in two digits, and a character after it. */
  #two(at: number, number: number, then: number): void {
    const tens = (number / 10) | 0;
    this.#block[at] = DIGIT_0 + tens;
    this.#block[at + 1] = DIGIT_0 + number - tens * 10;
    this.#block[at + 2] = then;
  }

  #quoted(from: Uint8Array, start: number, end: number): void {
    let used = this.#used;
    const block = this.#block;
    block[used++] = QUOTE;
    for (let at = start; at < end; at++) {
      const byte = from[at] ?? 0;
      if (byte === QUOTE) block[used++] = QUOTE;
      block[used++] = byte;
    }
    block[used++] = QUOTE;
    this.#used = used;
  }

  /** Has so many bytes free after all that was added. @returns where they begin */
  #room(size: number): number {
    if (this.#text !== '') this.#encode();
    if (size > this.#block.length - this.#used) {
      this.#seal();
      if (size > BLOCK) this.#block = Buffer.allocUnsafe(size);
    }
    return this.#used;
  }

  #encode(): void {
    const text = this.#text;
    this.#text = '';
    if (text.isWellFormed()) {
      const start = this.#room(text.length * BYTES_OF_UNIT);
      this.#used += this.#block.write(text, start);
    } else {
      this.#seal();
      this.#full.push(encodeWithBadBytes(text));
    }
  }

  #seal(): void {
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used));
    else if (this.#block.length === BLOCK) return;
    this.#used = 0;
    this.#block = Buffer.allocUnsafe(BLOCK);
  }
}

/** `HH:MM:SSZ` */
const LENGTH_OF_CLOCK = 9;
const [QUOTE, COMMA, DIGIT_0, COLON, LETTER_Z] = [34, 44, 48, 58, 90];
/** 1 for the bytes that a field is quoted for: a quote, a comma, CR and LF. */
const QUOTED = new Uint8Array(256);
for (const character of '",\r\n') QUOTED[character.charCodeAt(0)] = 1;
