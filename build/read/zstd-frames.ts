import { DataError } from '../../src/core/errors.ts';

/**
 * Finds the end of a zstd frame without decompressing it. A file may hold many frames, as parallel compressors and
 * `cat` make them; Node's decompressor takes the first one and leaves out the rest without a word.
 *
 * The format is RFC 8878, section 3.1.
 */
export class ZstdFrame {
  /** What is read next, and the bytes of it that have come. */
  #part: keyof typeof LENGTHS = 'magic';
  #bytes: number[] = [];
  /** Bytes to pass over before the next part. */
  #skip = 0;
  #checksum = false;
  #last = false;

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
      if (this.#bytes.length === LENGTHS[this.#part]) {
        this.#read(littleEndian(this.#bytes));
        this.#bytes = [];
      }
    }
  }

  #read(value: number): void {
    switch (this.#part) {
      case 'magic':
        if (value === MAGIC) this.#part = 'descriptor';
        else if (value >= FIRST_SKIPPABLE && value < FIRST_SKIPPABLE + 16) this.#part = 'skippable size';
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
        this.#skip = headerLength(value);
        this.#checksum = (value & 0b100) !== 0;
        this.#part = 'block';
        break;
      case 'block': {
        const repeated = ((value >> 1) & 0b11) === 1;
        this.#skip = repeated ? 1 : value >> 3;
        if ((value & 1) === 0) break;
        if (this.#checksum) this.#skip += 4;
        this.#last = true;
        break;
      }
    }
  }
}

const MAGIC = 0xfd2fb528;
const FIRST_SKIPPABLE = 0x184d2a50;
const LENGTHS = { magic: 4, 'skippable size': 4, descriptor: 1, block: 3 } as const;

/** The bytes of a frame's header after its descriptor: window, dictionary and content size, where they are there. */
function headerLength(descriptor: number): number {
  const single = (descriptor & 0b100000) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (single ? 0 : 1) + dictionary + contentSize;
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, index) => value + byte * 256 ** index, 0);
}
