import { FIELDS } from '../../src/core/fields/fields.ts';
import { textHash } from '../../src/core/hash.ts';
import type { RawRow } from '../../src/core/history/clean.ts';

/** Different rows that are remembered, some 60 bytes each. */
const CAPACITY = 1 << 19;

/**
 * Finds rows that were there before, field for field, in memory that does not grow: a row is remembered by 53 bits of
 * its hash. When there are more different rows than fit, only those whose hash ends in zeros are looked at, one more zero
 * each time (Wegman's adaptive sampling). Copies of a row have one hash, so all of them are looked at or none, and the
 * count of the sample times its scale is an unbiased estimate of the whole.
 */
export class Duplicates {
  readonly #capacity: number;
  /** How often each row came again, by its hash. */
  readonly #copies = new Map<number, number>();
  #scale = 1;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** Whether all rows have been looked at. */
  get exact(): boolean {
    return this.#scale === 1;
  }

  /** Rows that are copies of another one; an estimate unless {@link exact}. */
  get rows(): number {
    let sum = 0;
    for (const copies of this.#copies.values()) sum += copies;
    return sum * this.#scale;
  }

  /** @returns whether the row is a copy of one before it; false for a row that is not in the sample */
  add(row: RawRow): boolean {
    const hash = textHash(FIELDS.map((field) => row[field]).join('\n'));
    if (hash % this.#scale !== 0) return false;
    const copies = this.#copies.get(hash);
    this.#copies.set(hash, copies === undefined ? 0 : copies + 1);
    if (this.#copies.size > this.#capacity) this.#sampleHalf();
    return copies !== undefined;
  }

  #sampleHalf(): void {
    this.#scale *= 2;
    for (const hash of this.#copies.keys()) if (hash % this.#scale !== 0) this.#copies.delete(hash);
  }
}
