import { Gunzip } from 'fflate';
import { DataError } from '../core/errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are unpacked at once: they may become a thousand times as many. */
const SLICE = 4096;
/** The end of a member of gzip: the CRC-32 of what it holds, and its length (RFC 1952, 2.3.1). */
const TRAILER = 8;

/**
 * Decompresses gzip in several members, as `cat` and parallel compressors make it, and checks each by its CRC-32.
 *
 * @throws DataError for damaged gzip, and for something else after the end of a member
 */
export async function* gunzipMembers(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const out: Bytes[] = [];
  let crc = ~0;
  /** The last bytes that were read, and the position after them. */
  let read: Bytes = new Uint8Array(0);
  let position = 0;
  const gunzip = new Gunzip((data) => {
    crc = crc32(data, crc);
    out.push(data as Bytes);
  });
  const check = (end: number) => {
    const at = read.length - (position - end) - TRAILER;
    const stored = at < 0 ? 0 : new DataView(read.buffer, read.byteOffset + at, 4).getUint32(0, true);
    if (at < 0 || stored !== ~crc >>> 0) throw new DataError(DAMAGED);
    crc = ~0;
  };
  gunzip.onmember = check;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += SLICE) {
      const slice = piece.slice(from, from + SLICE);
      read = joined(read.subarray(-2 * TRAILER - SLICE), slice);
      position += slice.length;
      push(gunzip, slice, false);
      yield* out.splice(0);
    }
  }
  push(gunzip, new Uint8Array(0), true);
  yield* out.splice(0);
  check(position);
}

const DAMAGED =
  'its compressed data cannot be read: it is cut short or damaged, or something that is not gzip follows its end';

function push(gunzip: Gunzip, bytes: Uint8Array, final: boolean): void {
  try {
    gunzip.push(bytes, final);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(DAMAGED, { cause: error });
  }
}

function joined(first: Uint8Array, second: Uint8Array): Bytes {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (RFC 1952, section 8), to be inverted at the end. */
function crc32(bytes: Uint8Array, before: number): number {
  let crc = before;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc;
}
