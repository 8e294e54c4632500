import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet/src/types.js';
import { compressors, decompressLz4, decompressLz4Raw } from 'hyparquet-compressors';
import { requireLength, unpackSnappy } from './snappy.ts';

/**
 * Decompresses a page. A page that is longer than it says is refused by zlib. SNAPPY of hyparquet itself goes back over a
 * damaged page again and again, perhaps for ever.
 */
export const CODECS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, atMost(length)),
  ZSTD: (input, length) => zstdDecompressSync(input, atMost(length)),
  BROTLI: (input, length) => brotliDecompressSync(input, atMost(length)),
  SNAPPY: unpackShort,
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

function atMost(length: number): { maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, length) };
}

/** Of a longer page the copies that WebAssembly needs would take more memory than the page. */
const LONG_PAGE = 1 << 23;
/** Whether the one decoder that serves all pages is as it was: one that was interrupted may not be. */
let isSound = true;

/** A decoder in WebAssembly takes half the time. decompressSnappy would compile one for each page, which takes too long. */
function unpackShort(input: Uint8Array, length: number): Uint8Array {
  requireLength(input, length);
  if (length > LONG_PAGE || !isSound || compressors.SNAPPY === undefined) return unpackSnappy(input, length);
  isSound = false;
  const page = compressors.SNAPPY(input, length);
  isSound = true;
  return page;
}
