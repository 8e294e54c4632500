import { DataError } from '../core/errors.ts';

const MAGIC = 0xfd2fb528;
const FIRST_SKIPPABLE = 0x184d2a50;

/** Bytes of a frame that are passed over, and those after them that are looked at. */
interface Part {
  skip: number;
  read: number;
}

/**
 * Finds the end of a zstd frame without decompressing it. A file may hold many frames, as parallel compressors and
 * `cat` make them; Node's decompressor takes the first one and leaves out the rest without a word.
 */
export class ZstdFrame {
  /** The low half of the XXH64 of its content, once the frame has ended; null for a frame without. */
  checksum: number | null = null;
  readonly #parts: Generator<Part, void, readonly number[]>;
  /** What is to come of the part at hand, and the bytes of it that were looked at. */
  #part: Part = { skip: 0, read: 0 };
  #bytes: number[] = [];

  /** @param mostWindow the most bytes that a frame may look back, and a decompressor keeps */
  constructor(mostWindow = Number.POSITIVE_INFINITY) {
    this.#parts = this.#frame(mostWindow);
  }

  /** @returns the position in `piece`, the next bytes of the file, after the end of the frame; -1 if it goes on */
  endIn(piece: Uint8Array): number {
    let at = 0;
    for (;;) {
      const part = this.#part;
      const skipped = Math.min(part.skip, piece.length - at);
      part.skip -= skipped;
      at += skipped;
      while (this.#bytes.length < part.read && at < piece.length) this.#bytes.push(piece[at++] ?? 0);
      if (part.skip > 0 || this.#bytes.length < part.read) return -1;
      const { value, done } = this.#parts.next(this.#bytes);
      if (done) return at;
      this.#part = value;
      this.#bytes = [];
    }
  }

  /** The parts of a frame: RFC 8878, section 3.1. */
  *#frame(mostWindow: number): Generator<Part, void, readonly number[]> {
    const magic = littleEndian(yield { skip: 0, read: 4 });
    if (magic >= FIRST_SKIPPABLE && magic < FIRST_SKIPPABLE + 16) {
      yield { skip: littleEndian(yield { skip: 0, read: 4 }), read: 0 };
      return;
    }
    if (magic !== MAGIC) {
      throw new DataError(
        'its compressed data is damaged: expected another zstd frame, found something else',
      );
    }
    const descriptor = littleEndian(yield { skip: 0, read: 1 });
    const isSingle = (descriptor & 0b100000) !== 0;
    const dictionaryLength = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
    const sizeLength = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    const header = yield { skip: 0, read: (isSingle ? 0 : 1) + dictionaryLength + sizeLength };
    const window = isSingle ? littleEndian(header.slice(-sizeLength)) : windowOf(header[0] ?? 0);
    if (window > mostWindow) {
      throw new DataError(
        `its zstd data looks back up to ${window} bytes, and at most ${mostWindow} fit here: compress it without --long and --ultra, or with gzip`,
      );
    }
    let skip = 0;
    for (let isLast = false; !isLast; ) {
      const block = littleEndian(yield { skip, read: 3 });
      const isRepeated = ((block >> 1) & 0b11) === 1;
      skip = isRepeated ? 1 : block >> 3;
      isLast = (block & 1) === 1;
    }
    const hasChecksum = (descriptor & 0b100) !== 0;
    const end = yield { skip, read: hasChecksum ? 4 : 0 };
    if (hasChecksum) this.checksum = littleEndian(end);
  }
}

/** An exponent, and eighths of the power of two that are added. */
function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 0b111);
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, index) => value + byte * 256 ** index, 0);
}
