import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet/src/types.js';
import { decompressLz4, decompressLz4Raw, decompressSnappy } from 'hyparquet-compressors';

/**
 * Decompresses a page. A page that is longer than it says is refused by zlib. SNAPPY of hyparquet itself goes back over a
 * damaged page again and again, perhaps for ever.
 */
export const CODECS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, atMost(length)),
  ZSTD: (input, length) => zstdDecompressSync(input, atMost(length)),
  BROTLI: (input, length) => brotliDecompressSync(input, atMost(length)),
  SNAPPY: decompressSnappy,
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

function atMost(length: number): { maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, length) };
}
