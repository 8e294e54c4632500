import { FIELDS } from '../../src/core/fields/fields.ts';
import { textHash } from '../../src/core/hash.ts';
import type { RawRow } from '../../src/core/history/clean.ts';

/** Different rows that are remembered; the table takes 12 bytes for each of its places. */
const CAPACITY = 1 << 20;

/**
 * Finds rows that are there before, field for field, in memory that does not grow: a row is remembered by 53 bits of
 * its hash. Where there are more different rows than fit, only those whose hash ends in zeros go on being looked at,
 * one more zero each time (Wegman's adaptive sampling): copies of a row have one hash, so all of them are looked at or
 * none, and the count of a sample times its scale is an unbiased estimate of the whole.
 */
export class Duplicates {
  readonly #capacity: number;
  #keys: Float64Array;
  #copies: Uint32Array;
  #size = 0;
  #scale = 1;

  /** @param capacity a power of two */
  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
    // It grows with the rows: to set up and add up all of it takes longer than a small file.
    const places = 2 * Math.min(capacity, 1 << 10);
    this.#keys = new Float64Array(places);
    this.#copies = new Uint32Array(places);
  }

  /** Whether all rows have been looked at. */
  get exact(): boolean {
    return this.#scale === 1;
  }

  /** Rows that are copies of another one; an estimate unless {@link exact}. */
  get rows(): number {
    return this.#copies.reduce((sum, copies) => sum + copies, 0) * this.#scale;
  }

  /** @returns whether the row is a copy of one before it; false for a row that is not in the sample */
  add(row: RawRow): boolean {
    // 0 marks a free place.
    const key = textHash(FIELDS.map((field) => row[field]).join('\n')) || 1;
    if (key % this.#scale !== 0) return false;
    const place = this.#place(key);
    if (this.#keys[place] === key) {
      this.#copies[place] = (this.#copies[place] ?? 0) + 1;
      return true;
    }
    this.#keys[place] = key;
    if (++this.#size * 2 > this.#keys.length) {
      if (this.#size <= this.#capacity) this.#move(this.#keys.length * 2);
      else {
        this.#scale *= 2;
        this.#move(this.#keys.length);
      }
    }
    return false;
  }

  /** Moves what is remembered, as far as its hash still ends in enough zeros, to a table of so many places. */
  #move(places: number): void {
    const [keys, copies] = [this.#keys, this.#copies];
    this.#keys = new Float64Array(places);
    this.#copies = new Uint32Array(places);
    this.#size = 0;
    for (const [at, key] of keys.entries()) {
      if (key === 0 || key % this.#scale !== 0) continue;
      const place = this.#place(key);
      this.#keys[place] = key;
      this.#copies[place] = copies[at] ?? 0;
      this.#size++;
    }
  }

  /** The place of a key, or the free one where it belongs. */
  #place(key: number): number {
    const places = this.#keys.length;
    let place = Math.floor(key / this.#scale) % places;
    while (this.#keys[place] !== 0 && this.#keys[place] !== key) place = (place + 1) % places;
    return place;
  }
}
