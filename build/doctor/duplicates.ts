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
  readonly #keys: Float64Array;
  readonly #copies: Uint32Array;
  #size = 0;
  #scale = 1;

  /** @param capacity a power of two */
  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
    this.#keys = new Float64Array(capacity * 2);
    this.#copies = new Uint32Array(capacity * 2);
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
    if (++this.#size > this.#capacity) this.#halve();
    return false;
  }

  #halve(): void {
    const entries = Array.from(this.#keys, (key, place) => ({ key, copies: this.#copies[place] ?? 0 }));
    this.#scale *= 2;
    this.#keys.fill(0);
    this.#copies.fill(0);
    this.#size = 0;
    for (const { key, copies } of entries) {
      if (key === 0 || key % this.#scale !== 0) continue;
      const place = this.#place(key);
      this.#keys[place] = key;
      this.#copies[place] = copies;
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
