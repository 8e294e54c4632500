import { createHash } from 'node:crypto';
import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { Field } from '../../../src/core/fields/fields.ts';
import { CsvReader } from '../../../src/core/history/csv.ts';
import type { CsvShape } from '../../../src/core/history/csv-shape.ts';
import { wholeLines } from '../../../src/core/history/utf8.ts';
import { isStoredAsCsv } from '../../read/bytes.ts';
import type { InputFile } from '../../read/file.ts';
import { constantsOf } from '../../read/reading.ts';
import { openSequential, type SequentialFile } from '../../read/stored.ts';
import { decodedBlock } from '../../read/text.ts';
import type { BlockTask } from './protocol.ts';

/** A block as it is cut out of a file, before anybody says where to start from. */
export type Block = Pick<BlockTask, 'bytes' | 'carry' | 'piece' | 'last'>;

/** Bytes at the start of a file in which its header is looked for. */
const HEAD = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** In bytes; blocks are multiples of a piece. */
export interface BlockSizes {
  /** What is read at a time by who reads the file in one thread. */
  piece: number;
  /** The first block, which must hold the header. */
  first: number;
  /** Any other block. */
  block: number;
}

/**
 * A plain CSV file, read once from its start to its end in this thread and hashed on the way. Its blocks are cut
 * at the line ends where pieces of the file are cut by who reads it in one thread.
 */
export class BlockFile {
  /** What its header says. */
  readonly shape: CsvShape;
  readonly #file: InputFile;
  readonly #stored: SequentialFile;
  /** The start of the file, which was read for its header. */
  readonly #head: Buffer;
  readonly #sizes: BlockSizes;
  readonly #hash = createHash('sha256');
  /** Bytes of the file that are read. */
  #read = 0;
  #ended = false;
  /** What is read, and left to the next block. */
  #carried = Buffer.alloc(0);
  /** Memory of blocks that are done with. */
  readonly #spare: ArrayBuffer[] = [];

  private constructor(
    file: InputFile,
    stored: SequentialFile,
    head: Buffer,
    shape: CsvShape,
    sizes: BlockSizes,
  ) {
    this.#file = file;
    this.#stored = stored;
    this.#head = head;
    this.shape = shape;
    this.#sizes = sizes;
  }

  /**
   * Opens a file, if it is one that can be cut: CSV as stored, of UTF-8, with a header near its start that has all
   * columns, and lines that end with LF.
   *
   * @returns null for any other
   */
  static async open(
    file: InputFile,
    columns: Config['columns'],
    sizes: BlockSizes,
  ): Promise<BlockFile | null> {
    const stored = await openSequential(file);
    try {
      const head = Buffer.alloc(Math.min(sizes.first, HEAD));
      const bytes = head.subarray(0, await stored.fill(head));
      const shape = isStoredAsCsv(bytes) ? shapeOf(bytes, columns, constantsOf(file, columns)) : null;
      if (shape !== null && !/\r(?!\n)/.test(bytes.toString('latin1', 0, bytes.length - 1)))
        return new BlockFile(file, stored, bytes, shape, sizes);
    } catch (error) {
      await stored.close();
      throw error;
    }
    await stored.close();
    return null;
  }

  /** @returns the next block; null after the last one */
  async next(): Promise<Block | null> {
    if (this.#ended) return null;
    const { piece, first } = this.#sizes;
    const block = this.#read === 0 ? first : this.#sizes.block;
    const carry = this.#carried.length;
    const memory = this.#memory(carry + block);
    memory.set(this.#carried);
    const room = memory.subarray(carry, carry + block);
    const head = this.#read === 0 ? this.#head : NOTHING;
    room.set(head);
    const read = head.length + (await this.#stored.fill(room.subarray(head.length)));
    const bytes = memory.subarray(0, carry + read);
    this.#hash.update(bytes.subarray(carry));
    this.#read += read;
    this.#ended = read < block;
    const tail = Math.max(0, bytes.length - piece);
    const end = this.#ended ? bytes.length : tail + wholeLines(bytes.subarray(tail));
    this.#carried = Buffer.from(bytes.subarray(end));
    return { bytes: bytes.subarray(0, end), carry, piece, last: this.#ended };
  }

  /** Takes back the memory of a block. */
  recycle({ buffer }: Uint8Array<ArrayBuffer>): void {
    this.#spare.push(buffer);
  }

  /**
   * To be asked for after the last block.
   *
   * @returns the SHA-256 of the file, in hexadecimal
   * @throws DataError when the file ended before the size that it had
   */
  digest(): string {
    const { size } = this.#file;
    if (this.#read < size) {
      throw new DataError(`expected ${size} bytes, found ${this.#read}: it was cut while it was read`);
    }
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#stored.close();
  }

  #memory(length: number): Buffer<ArrayBuffer> {
    const spare = this.#spare.pop();
    const { piece, block } = this.#sizes;
    return Buffer.from(
      spare && spare.byteLength >= length ? spare : new ArrayBuffer(Math.max(length, piece + block)),
    );
  }
}

/** @returns what the header in the first bytes of a file says; null without a header, or with one that cannot be used */
function shapeOf(
  head: Buffer,
  columns: Config['columns'],
  constants: Partial<Record<Field, string>>,
): CsvShape | null {
  const reader = new CsvReader({ columns, onRow() {}, onMalformed() {}, constants });
  try {
    const whole = head.subarray(0, wholeLines(head));
    for (const text of decodedBlock(whole, { carry: 0, piece: whole.length, last: false })) {
      reader.push(text);
    }
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
  return reader.shape;
}
