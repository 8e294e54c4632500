import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet/src/types.js';
import { compressors, decompressLz4, decompressLz4Raw, decompressSnappy } from 'hyparquet-compressors';

/**
 * Decompresses a page. A page that is longer than it says is refused by zlib. SNAPPY of hyparquet itself goes back over a
 * damaged page again and again, perhaps for ever.
 */
export const CODECS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, atMost(length)),
  ZSTD: (input, length) => zstdDecompressSync(input, atMost(length)),
  BROTLI: (input, length) => brotliDecompressSync(input, atMost(length)),
  SNAPPY: unpackSnappy,
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

function atMost(length: number): { maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, length) };
}

/** Longer pages are rare, and the memory for them is given back. */
const LONG_PAGE = 1 << 23;
/** Whether the one decoder that serves all pages is as it was: one that was interrupted may not be. */
let isSound = true;

/** decompressSnappy compiles a decoder for each page, which takes longer than most pages do. */
function unpackSnappy(input: Uint8Array, length: number): Uint8Array {
  if (lengthOf(input) !== length) throw new Error('a page has another length than its header says');
  const shared = isSound && length <= LONG_PAGE ? compressors.SNAPPY : undefined;
  if (shared === undefined) return decompressSnappy(input, length);
  isSound = false;
  const page = shared(input, length);
  isSound = true;
  return page;
}

/** The length that SNAPPY begins with: seven bits in each byte, the low ones first. */
function lengthOf(input: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = input[at] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) break;
  }
  return length;
}
