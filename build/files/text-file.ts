import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { AsideFile } from './aside.ts';

const compress = promisify(gzip);

/** Bytes that are written at once. */
const BLOCK = 1 << 20;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const BYTES_OF_UNIT = 3;
/** UTF-16 units that are gathered before they become bytes. */
const SOON = 8_192;

/**
 * A text file that grows and takes its name when it is complete. One that ends in .gz is compressed: each block is a
 * member of its own, which RFC 1952 (2.2) allows and every reader joins.
 *
 * Bytes of a file that are not UTF-8 come out as they were. Text becomes bytes soon: joined texts that live for long cost more
 * to collect than to write. A block is written while the next one is made.
 */
export class TextFile {
  readonly #file: AsideFile;
  readonly #compressed: boolean;
  #text = '';
  #block = Buffer.allocUnsafe(BLOCK);
  #used = 0;
  /** Blocks that wait to be written. */
  #full: Uint8Array[] = [];
  /** The block that is being written; what fails there fails the next one. */
  #writing: Promise<{ failure: unknown } | null> = Promise.resolve(null);

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
    this.#text += text;
    if (this.#text.length >= SOON) this.#encode();
  }

  /** Resolves when more text may come. */
  async drained(): Promise<void> {
    this.#encode();
    const full = this.#full;
    this.#full = [];
    for (const block of full) await this.#write(block);
  }

  async commit(): Promise<void> {
    this.#encode();
    this.#seal();
    await this.drained();
    await this.#written();
    await this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#writing;
    await this.#file.discard();
  }

  #encode(): void {
    const text = this.#text;
    this.#text = '';
    if (text.length * BYTES_OF_UNIT > BLOCK - this.#used) this.#seal();
    if (!text.isWellFormed()) {
      this.#seal();
      this.#full.push(encodeWithBadBytes(text));
    } else if (text.length * BYTES_OF_UNIT > BLOCK) this.#full.push(Buffer.from(text));
    else this.#used += this.#block.write(text, this.#used);
  }

  #seal(): void {
    if (this.#used === 0) return;
    this.#full.push(this.#block.subarray(0, this.#used));
    this.#used = 0;
    this.#block = Buffer.allocUnsafe(BLOCK);
  }

  /** Waits for the block before, and has this one written. */
  async #write(block: Uint8Array): Promise<void> {
    await this.#written();
    this.#writing = this.#store(block).then(
      () => null,
      (failure: unknown) => ({ failure }),
    );
  }

  async #store(block: Uint8Array): Promise<void> {
    await this.#file.write(this.#compressed ? await compress(block) : block);
  }

  async #written(): Promise<void> {
    const outcome = await this.#writing;
    if (outcome !== null) throw outcome.failure;
  }
}
