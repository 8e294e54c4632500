import { notText } from '../../../src/core/history/csv-text.ts';
import { isMissing } from '../../../src/core/missing.ts';
import { utf8 } from '../../read/text.ts';
import { isEnd, LINE_FEED, NOT_PLAIN } from './plain-fields.ts';

/** Texts at most, and bytes of one: a column that has more is for the reader of text. */
const MOST_COUNTRIES = 1024;
const LONGEST = 64;

/** Reads countries. Few are different, so that each is found by its bytes, and decoded once. */
export class Countries {
  /** The country of each text. */
  readonly names: string[] = [];
  /** The number of the country that was read last. */
  found = 0;
  /** The number of the text that has a hash. Another text of the same hash is for the reader of text. */
  readonly #numbers = new Map<number, number>();
  /** The bytes of each text. */
  readonly #bytes: Uint8Array[] = [];

  /** @returns where the field ends, or NOT_PLAIN */
  read(bytes: Uint8Array, from: number, delimiter: number): number {
    let hash = 0;
    let at = from;
    for (; ; at++) {
      const byte = bytes[at] ?? LINE_FEED;
      if (isEnd(byte, delimiter)) break;
      hash = (Math.imul(hash, 257) + byte) | 0;
    }
    const number = this.#numbers.get(hash) ?? this.#learn(hash, bytes.subarray(from, at));
    if (number === null || !isAt(this.#bytes[number], bytes, from, at)) return NOT_PLAIN;
    this.found = number;
    return at;
  }

  /** @returns the number of a text; null for what is no country, as core's rules have it, and where there are too many */
  #learn(hash: number, bytes: Uint8Array): number | null {
    if (bytes.length > LONGEST || this.names.length === MOST_COUNTRIES) return null;
    const text = utf8(bytes);
    if (isMissing(text) || notText(text) !== null) return null;
    this.#numbers.set(hash, this.names.length);
    this.#bytes.push(Uint8Array.from(bytes));
    return this.names.push(text.trim()) - 1;
  }
}

function isAt(own: Uint8Array | undefined, bytes: Uint8Array, from: number, to: number): boolean {
  if (own?.length !== to - from) return false;
  for (let at = 0; at < own.length; at++) if (own[at] !== bytes[from + at]) return false;
  return true;
}
