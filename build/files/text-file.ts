import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CsvBytes } from '../read/csv-bytes.ts';
import { AsideFile } from './aside.ts';

const compress = promisify(gzip);

/**
 * A text file that grows, and takes its name when it is committed. One that ends in .gz is compressed: each block is a
 * member of its own, which RFC 1952 (2.2) allows and every reader joins.
 * A block is written while the next one is made.
 */
export class TextFile {
  readonly #file: AsideFile;
  readonly #compressed: boolean;
  /** What is to be written, for who has bytes; call {@link drained} now and then. */
  readonly bytes = new CsvBytes();
  /** The block that is being written; what fails there fails the next one. */
  #writing = Promise.resolve();

  private constructor(file: AsideFile) {
    this.#file = file;
    this.#compressed = /\.gz$/i.test(file.path);
  }

  /** @throws DataError when the file cannot be made */
  static async open(path: string): Promise<TextFile> {
    return new TextFile(await AsideFile.open(path));
  }

  /** Adds text, whose last character is whole; call {@link drained} now and then. */
  add(text: string): void {
    this.bytes.add(text);
  }

  /** Resolves when more text may come. */
  async drained(): Promise<void> {
    await this.#write(false);
  }

  async commit(): Promise<void> {
    await this.#write(true);
    await this.#writing;
    await this.#file.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#file[Symbol.asyncDispose]();
  }

  /** Waits for the block before, and has this one written. @param all even if it is short */
  async #write(all: boolean): Promise<void> {
    const block = this.bytes.take(all);
    if (block === null) return;
    await this.#writing;
    this.#writing = this.#store(block);
    // Who waits for it gets the error.
    this.#writing.catch(() => {});
  }

  async #store(block: Uint8Array): Promise<void> {
    await this.#file.write(this.#compressed ? await compress(block) : block);
  }
}
