import { Gunzip } from 'fflate';
import { concat } from '../core/concat.ts';
import { DataError } from '../core/errors.ts';
import { crc32, FIRST_CRC } from './crc32.ts';
import { SLICE } from './slices.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The end of a member of gzip: the CRC-32 of what it holds, and its length (RFC 1952, 2.3.1). */
const TRAILER = 8;

/**
 * Decompresses gzip in several members, as `cat` and parallel compressors make it, and checks each by its CRC-32.
 *
 * @throws DataError for damaged gzip, and for something else after the end of a member
 */
export async function* gunzipMembers(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const out: Bytes[] = [];
  let crc = FIRST_CRC;
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
    crc = FIRST_CRC;
  };
  gunzip.onmember = check;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += SLICE) {
      const slice = piece.slice(from, from + SLICE);
      read = concat([read.subarray(-2 * TRAILER - SLICE), slice]);
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
