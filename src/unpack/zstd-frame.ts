import { DataError } from '../core/errors.ts';

/**
 * Finds the end of a zstd frame without decompressing it. A file may hold many frames, as parallel compressors and
 * `cat` make them; Node's decompressor takes the first one and leaves out the rest without a word.
 *
 * The format is RFC 8878, section 3.1.
 */
export class ZstdFrame {
  /** What is read next, and the bytes of it that have come. */
  #part: Part = 'magic';
  #length = 4;
  #bytes: number[] = [];
  /** Bytes to pass over before the next part. */
  #skip = 0;
  #hasChecksum = false;
  #last = false;
  #isSingle = false;
  /** Bytes of the header that say how long the content is. */
  #sizeLength = 0;
  /** The low half of the XXH64 of its content, once the frame has ended; null for a frame without. */
  checksum: number | null = null;
  readonly #mostWindow: number;

  /** @param mostWindow the most bytes that a frame may look back, and a decompressor keeps */
  constructor(mostWindow = Number.POSITIVE_INFINITY) {
    this.#mostWindow = mostWindow;
  }

  /** @returns the position in `piece`, the next bytes of the file, after the end of the frame; -1 if it goes on */
  endIn(piece: Uint8Array): number {
    let at = 0;
    for (;;) {
      const skipped = Math.min(this.#skip, piece.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (this.#skip === 0 && this.#last) return at;
      if (at === piece.length) return -1;
      this.#bytes.push(piece[at++] ?? 0);
      if (this.#bytes.length === this.#length) {
        const bytes = this.#bytes;
        this.#bytes = [];
        this.#read(bytes);
      }
    }
  }

  #next(part: Part, length: number): void {
    this.#part = part;
    this.#length = length;
  }

  #read(bytes: readonly number[]): void {
    const value = littleEndian(bytes);
    switch (this.#part) {
      case 'magic':
        if (value === MAGIC) this.#next('descriptor', 1);
        else if (value >= FIRST_SKIPPABLE && value < FIRST_SKIPPABLE + 16) this.#next('skippable size', 4);
        else
          throw new DataError(
            'its compressed data is damaged: expected another zstd frame, found something else',
          );
        break;
      case 'skippable size':
        this.#skip = value;
        this.#last = true;
        break;
      case 'descriptor':
        this.#isSingle = (value & 0b100000) !== 0;
        this.#hasChecksum = (value & 0b100) !== 0;
        this.#sizeLength = contentSizeLength(value);
        this.#next('header', headerLength(value));
        break;
      case 'header': {
        const window = this.#isSingle
          ? littleEndian(bytes.slice(-this.#sizeLength))
          : windowOf(bytes[0] ?? 0);
        if (window > this.#mostWindow) {
          throw new DataError(
            `its zstd data looks back up to ${window} bytes, and at most ${this.#mostWindow} fit here: compress it without --long and --ultra, or with gzip`,
          );
        }
        this.#next('block', 3);
        break;
      }
      case 'block': {
        const repeated = ((value >> 1) & 0b11) === 1;
        this.#skip = repeated ? 1 : value >> 3;
        if ((value & 1) === 0) break;
        if (this.#hasChecksum) this.#next('checksum', 4);
        else this.#last = true;
        break;
      }
      case 'checksum':
        this.checksum = value;
        this.#last = true;
        break;
    }
  }
}

type Part = 'magic' | 'skippable size' | 'descriptor' | 'header' | 'block' | 'checksum';

const MAGIC = 0xfd2fb528;
const FIRST_SKIPPABLE = 0x184d2a50;

/** The bytes of a frame's header after its descriptor: window, dictionary and content size, where they are there. */
function headerLength(descriptor: number): number {
  const single = (descriptor & 0b100000) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
  return (single ? 0 : 1) + dictionary + contentSizeLength(descriptor);
}

function contentSizeLength(descriptor: number): number {
  const single = (descriptor & 0b100000) !== 0;
  return [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
}

/** An exponent, and eighths of the power of two that are added. */
function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 0b111);
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, index) => value + byte * 256 ** index, 0);
}
