import { Gunzip } from 'fflate';
import { concat } from '../core/concat.ts';
import { DataError } from '../core/errors.ts';
import { crc32, FIRST_CRC } from './crc32.ts';
import { inSlices, SLICE } from './slices.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The end of a member of gzip: the CRC-32 of what it holds, and its length (RFC 1952, 2.3.1). */
const TRAILER = 8;

/**
 * Decompresses gzip in several members, as `cat` and parallel compressors make it, and checks each by its CRC-32. Between
 * members and after the last there may be zeros, as tapes and object stores pad with.
 *
 * @throws DataError for damaged gzip, and for something else after the end of a member
 */
export async function* gunzipMembers(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const members = new Members();
  yield* inSlices(pieces, [SLICE, 512], members.out, (slice) => members.push(slice));
  members.end();
  yield* members.out.splice(0);
}

class Members {
  /** What is unpacked, to be taken away. */
  readonly out: Bytes[] = [];
  /** Null before a member. */
  #gunzip: Gunzip | null = null;
  /** Of what the member has held so far. */
  #crc = FIRST_CRC;
  #size = 0;
  /** The last bytes of the member that #gunzip was given, and the position after them. */
  #read: Bytes = new Uint8Array(0);
  #position = 0;

  push(bytes: Bytes): void {
    let rest = bytes;
    while (rest.length > 0) {
      const at = this.#gunzip === null ? rest.findIndex((byte) => byte !== 0) : 0;
      if (at === -1) return;
      this.#gunzip ??= this.#start();
      const given = rest.subarray(at);
      this.#read = concat([this.#read.subarray(-2 * TRAILER - SLICE), given]);
      this.#position += given.length;
      rest = this.#feed(this.#gunzip, given);
    }
  }

  end(): void {
    if (this.#gunzip === null) return;
    try {
      this.#gunzip.push(new Uint8Array(0), true);
    } catch (error) {
      throw new DataError(DAMAGED, { cause: error });
    }
    const left = this.#afterTrailer();
    if (left === null || left.some((byte) => byte !== 0)) throw new DataError(DAMAGED);
  }

  /** @returns what comes after the end of the last member, from its first zero on */
  #feed(gunzip: Gunzip, bytes: Bytes): Bytes {
    try {
      gunzip.push(bytes, false);
      return NOTHING;
    } catch (error) {
      // Zeros are no start of a member: the decompressor throws, and does not say where they start.
      const left = error instanceof DataError ? null : this.#afterTrailer();
      if (left === null || left[0] !== 0) throw new DataError(DAMAGED, { cause: error });
      this.#gunzip = null;
      return left;
    }
  }

  #start(): Gunzip {
    this.#crc = FIRST_CRC;
    this.#size = 0;
    this.#read = NOTHING;
    this.#position = 0;
    const gunzip = new Gunzip((data) => {
      this.#crc = crc32(data, this.#crc);
      this.#size += data.length;
      this.out.push(data as Bytes);
    });
    gunzip.onmember = (start) => {
      const at = this.#read.length - (this.#position - start) - TRAILER;
      if (at < 0 || !this.#isTrailer(at)) throw new DataError(DAMAGED);
      // The end of the next one is looked for in its own bytes: two members may be the same.
      this.#read = this.#read.subarray(at + TRAILER);
      this.#crc = FIRST_CRC;
      this.#size = 0;
    };
    return gunzip;
  }

  /** @returns the bytes after the end of the member that was unpacked last; null where its end is not found */
  #afterTrailer(): Bytes | null {
    for (let at = 0; at + TRAILER <= this.#read.length; at++) {
      if (this.#isTrailer(at)) return this.#read.subarray(at + TRAILER);
    }
    return null;
  }

  #isTrailer(at: number): boolean {
    const trailer = new DataView(this.#read.buffer, this.#read.byteOffset + at, TRAILER);
    return trailer.getUint32(0, true) === ~this.#crc >>> 0 && trailer.getUint32(4, true) === this.#size >>> 0;
  }
}

const NOTHING: Bytes = new Uint8Array(0);
const DAMAGED =
  'its compressed data cannot be read: it is cut short or damaged, or something that is not gzip follows its end';
