import { notText } from '../../../src/core/history/csv-text.ts';
import { isMissing } from '../../../src/core/missing.ts';
import { utf8 } from '../../read/text.ts';
import { isEnd, LINE_FEED, NOT_PLAIN } from './plain-fields.ts';

/** Texts at most, and bytes of one: a column that has more is for the reader of text. */
const MOST_COUNTRIES = 1024;
const LONGEST = 64;
/** Twice as many places as texts: few texts are in the way of another. */
const PLACES = 2 * MOST_COUNTRIES;

/** Reads countries. Few are different, so that each is found by its bytes, and decoded once. */
export class Countries {
  /** The country of each text. */
  readonly names: string[] = [];
  /** The number of the country that was read last. */
  found = 0;
  /** For each place the number of a text and 1, or 0. */
  readonly #texts = new Int32Array(PLACES);
  /** The bytes of each text. */
  readonly #bytes: Uint8Array[] = [];

  /** @returns where the field ends, or NOT_PLAIN */
  read(bytes: Uint8Array, from: number, delimiter: number): number {
    let hash = 0;
    let at = from;
    for (; ; at++) {
      const byte = bytes[at] ?? LINE_FEED;
      if (isEnd(byte, delimiter)) break;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (at - from > LONGEST) return NOT_PLAIN;
    let place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    while (this.#texts[place] !== 0 && !this.#is(place, bytes, from, at)) place = (place + 1) & (PLACES - 1);
    if (this.#texts[place] === 0 && !this.#learn(place, bytes.subarray(from, at))) return NOT_PLAIN;
    this.found = (this.#texts[place] ?? 0) - 1;
    return at;
  }

  #is(place: number, bytes: Uint8Array, from: number, to: number): boolean {
    const own = this.#bytes[(this.#texts[place] ?? 0) - 1];
    if (own?.length !== to - from) return false;
    for (let at = 0; at < own.length; at++) if (own[at] !== bytes[from + at]) return false;
    return true;
  }

  /** @returns whether it is a country, as core's rules have it, and there are not too many */
  #learn(place: number, bytes: Uint8Array): boolean {
    const text = utf8(bytes);
    if (this.names.length === MOST_COUNTRIES || isMissing(text) || notText(text) !== null) return false;
    this.names.push(text.trim());
    this.#bytes.push(Uint8Array.from(bytes));
    this.#texts[place] = this.names.length;
    return true;
  }
}
