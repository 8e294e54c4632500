import { Decompress } from 'fzstd';
import { DataError } from '../core/errors.ts';
import { Pace } from './slices.ts';
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
  const decompress = new Decompress((data) => {
    // What it hands out is a part of its window, which it goes on writing to.
    out.push(data.slice() as Uint8Array<ArrayBuffer>);
  });
  let frame = new ZstdFrame(MOST_WINDOW);
  let isWhole = true;
  const pace = new Pace(MOST, LEAST);
  for await (const all of pieces) {
    for (const piece of pace.slices(all)) {
      // The frames are followed first: a window is refused before memory is taken for it.
      for (let at = 0; at < piece.length; ) {
        const end = frame.endIn(piece.subarray(at));
        isWhole = end !== -1;
        if (end === -1) break;
        frame = new ZstdFrame(MOST_WINDOW);
        at += end;
      }
      try {
        decompress.push(piece);
      } catch (error) {
        throw new DataError(`its compressed data is damaged (${(error as Error).message})`, { cause: error });
      }
      pace.saw(out);
      yield* out.splice(0);
    }
  }
  if (!isWhole) throw new DataError('its compressed data is cut short');
}
