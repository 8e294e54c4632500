import { createHash } from 'node:crypto';
import type { Config } from '../../../src/core/config/config.ts';
import type { Field } from '../../../src/core/fields/fields.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import { CsvRecords } from '../../../src/core/history/csv-records.ts';
import type { CsvShape } from '../../../src/core/history/csv-shape.ts';
import { constantsOf } from '../../../src/core/history/folders.ts';
import { isJsonLines } from '../../../src/core/history/formats.ts';
import { wholeLines } from '../../../src/core/history/utf8.ts';
import { isStoredAsCsv, storedBytes } from '../../read/bytes.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { decodedLines } from '../../read/text.ts';
import { AT_A_RECORD, type Block } from './protocol.ts';

/** A CR that ends a line by itself; the last one may have its LF after the text. */
const LONE_RETURN = /\r(?!\n|$)/;

/** Bytes at the start of a file in which its header is looked for. */
const CSV_START = 64 * 1024;

/** Bytes of more memory than a block needs, for what is left over of another one. */
const ROOM = 64 * 1024;

/** A plain file of CSV or JSON lines in blocks, read once from its start to its end in this thread and hashed on the way. */
export class BlockFile {
  readonly #file: InputFile;
  readonly #size: number;
  readonly #hash = createHash('sha256');
  readonly #pieces: AsyncGenerator<Uint8Array>;
  /** What is left of a piece that had no room in its block. */
  #piece: Uint8Array = new Uint8Array();
  #ended = false;
  /** The first block, which was read for its header; null when it is handed out. */
  #first: Block | null = null;
  /** What the header said. */
  #shape: Block['shape'] = null;
  /** What is read, and left to the next block. */
  #carried: Uint8Array = new Uint8Array();
  /** Memory of blocks that are done with. */
  readonly #spare: SharedArrayBuffer[] = [];

  private constructor(file: InputFile, size: number) {
    this.#file = file;
    this.#size = size;
    this.#pieces = storedBytes(file, this.#hash, () => {});
  }

  /**
   * Opens a file, if it is one that can be cut: JSON lines, or CSV as stored, of UTF-8, with a header near its start
   * that has all columns, and lines that end with LF.
   *
   * @param size bytes of a block, in which the header has room
   * @returns null for any other
   */
  static async open(file: InputFile, columns: Config['columns'], size: number): Promise<BlockFile | null> {
    const blocks = new BlockFile(file, size);
    try {
      blocks.#first = await blocks.#cut();
      const start = Buffer.from(blocks.#first.bytes.subarray(0, CSV_START));
      if (isJsonLines(start)) blocks.#first.shape = blocks.#shape = 'json';
      else {
        const lines = start.subarray(0, wholeLines(start));
        blocks.#shape = csvStart(lines, columns, constantsOf(file.folders, columns));
      }
      if (blocks.#shape !== null && !LONE_RETURN.test(start.toString('latin1'))) return blocks;
    } catch (error) {
      await blocks.close();
      throw error;
    }
    await blocks.close();
    return null;
  }

  get isJson(): boolean {
    return this.#shape === 'json';
  }

  /** @returns the next block, of which it is supposed that a record starts with it; null after the last one */
  async next(): Promise<Block | null> {
    const first = this.#first;
    this.#first = null;
    return first ?? (this.#ended ? null : await this.#cut());
  }

  async #cut(): Promise<Block> {
    const carried = this.#carried.length;
    const memory = this.#memory(carried + this.#size);
    memory.set(this.#carried);
    const read = await this.#fill(memory.subarray(carried, carried + this.#size)).catch((error) => {
      throw fileError(this.#file.path, error);
    });
    const filled = memory.subarray(0, carried + read);
    const end = this.#ended ? filled.length : wholeLines(filled);
    this.#carried = filled.slice(end);
    const bytes = filled.subarray(0, end);
    return { shape: this.#shape, from: AT_A_RECORD, bytes, last: this.#ended };
  }

  /** @returns the number of bytes that come next: fewer than there is room for at the end of the file alone */
  async #fill(room: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < room.length && !this.#ended) {
      const part = this.#piece.subarray(0, room.length - filled);
      room.set(part, filled);
      filled += part.length;
      this.#piece = this.#piece.subarray(part.length);
      if (this.#piece.length > 0) continue;
      const { value, done } = await this.#pieces.next();
      if (done) this.#ended = true;
      else this.#piece = value;
    }
    return filled;
  }

  /** Takes back the memory of a block. */
  recycle({ buffer }: Uint8Array<SharedArrayBuffer>): void {
    this.#spare.push(buffer);
  }

  /** @returns the SHA-256 of the file, in hexadecimal, after its last block */
  digest(): string {
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }

  #memory(length: number): Uint8Array<SharedArrayBuffer> {
    const spare = this.#spare.pop();
    const fits = spare !== undefined && spare.byteLength >= length;
    return new Uint8Array(fits ? spare : new SharedArrayBuffer(length + ROOM));
  }
}

/**
 * Reads the start of a file, where that is plain CSV in UTF-8 with a header that has all columns.
 *
 * @param head whole lines of the file, from its first byte on
 * @returns null for any other: what is wrong with it is for the reader of the file to say
 */
function csvStart(
  head: Buffer,
  columns: Config['columns'],
  constants: Partial<Record<Field, string>>,
): CsvShape | null {
  if (!isStoredAsCsv(head)) return null;
  const ignore = () => {};
  const records = new CsvRecords({
    wanted: Object.values(columns),
    onHeader: ({ header }) => Object.values(locateColumns(header, columns, constants)),
    onRecord: ignore,
    onMalformed: ignore,
  });
  try {
    for (const text of decodedLines(head)) records.push(text);
  } catch {
    return null;
  }
  return records.shape;
}
