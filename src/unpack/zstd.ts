import { Decompress } from 'fzstd';
import { DataError } from '../core/errors.ts';
import { inSlices } from './slices.ts';
import { Xxh64 } from './xxh64.ts';
import { ZstdFrame } from './zstd-frame.ts';

/** The most bytes that a frame may look back: what a decompressor must be able to do, by RFC 8878, and twice that. */
const MOST_WINDOW = 16 * 1024 * 1024;

/** Bytes that are unpacked at once, at most and at least. Four may be a block of 128 KiB of one byte. */
const [MOST, LEAST] = [512, 16];

/**
 * Decompresses zstd of any number of frames, as parallel compressors and `cat` make them, where the platform has no
 * decompressor of its own.
 *
 * @throws DataError for damaged data, for data that is cut short, and for a window that would not fit the memory
 */
export async function* unzstd(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const out: Uint8Array<ArrayBuffer>[] = [];
  let frame = new Frame(out);
  let isWhole = true;
  yield* inSlices(pieces, [MOST, LEAST], out, (slice) => {
    for (let at = 0; at < slice.length; ) {
      const taken = frame.take(slice.subarray(at));
      isWhole = taken !== -1;
      if (!isWhole) return;
      frame = new Frame(out);
      at += taken;
    }
  });
  if (!isWhole) throw new DataError('its compressed data is cut short');
}

/** One frame, which is followed, unpacked and checked. */
class Frame {
  readonly #ends = new ZstdFrame(MOST_WINDOW);
  readonly #hash = new Xxh64();
  readonly #decompress: Decompress;

  /** @param out what is unpacked is added to it */
  constructor(out: Uint8Array<ArrayBuffer>[]) {
    this.#decompress = new Decompress((data) => {
      this.#hash.update(data);
      // What it hands out is a part of its window, which it goes on writing to.
      out.push(data.slice() as Uint8Array<ArrayBuffer>);
    });
  }

  /** @returns the bytes of `piece` up to the end of the frame; -1 if it goes on */
  take(piece: Uint8Array): number {
    // It is followed first: a window is refused before memory is taken for it.
    const end = this.#ends.endIn(piece);
    try {
      this.#decompress.push(end === -1 ? piece : piece.subarray(0, end), end !== -1);
    } catch (error) {
      throw new DataError(`its compressed data is damaged (${(error as Error).message})`, { cause: error });
    }
    const { checksum } = this.#ends;
    if (end !== -1 && checksum !== null && checksum !== this.#hash.low()) {
      throw new DataError('its compressed data is damaged: what it holds has another checksum');
    }
    return end;
  }
}
