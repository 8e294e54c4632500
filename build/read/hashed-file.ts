import { createHash } from 'node:crypto';
import { DataError } from '../../src/core/errors.ts';
import { readFully, type StoredFile } from './stored.ts';

const PIECE = 1 << 20;

/**
 * A file that is read in slices, nearly in the order of its bytes, and hashed as it is read: what lies between two
 * slices is read when the later one is asked for, what follows the last one at the end. Of a remote file only what is
 * asked for is read, and hashed: those bytes are all that its rows depend on.
 */
export class HashedFile {
  readonly #file: StoredFile;
  readonly #size: number;
  readonly #onBytes: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  readonly #unhashed: boolean;
  /** Bytes up to which the file is hashed; for a remote file, the number of bytes that are. */
  #hashed = 0;

  /** @param unhashed whether bytes are only counted */
  constructor(file: StoredFile, size: number, onBytes: (bytes: number) => void, unhashed = false) {
    this.#file = file;
    this.#size = size;
    this.#onBytes = onBytes;
    this.#unhashed = unhashed;
  }

  /** Reads bytes that are no part of the hash of a file of this machine, which is read whole. */
  async peek(start: number, end: number): Promise<ArrayBuffer> {
    const bytes = await this.#read(start, end);
    if (this.#file.isRemote) this.#update(new Uint8Array(bytes));
    return bytes;
  }

  /** Reads slices, in the order of the file, and hashes the file up to the end of the last one. */
  async read(slices: readonly { start: number; end: number }[]): Promise<ArrayBuffer[]> {
    if (this.#file.isRemote) {
      // Asked for together: each answer takes a while.
      const all = await Promise.all(slices.map(({ start, end }) => this.#read(start, end)));
      for (const bytes of all) this.#update(new Uint8Array(bytes));
      return all;
    }
    const all: ArrayBuffer[] = [];
    for (const { start, end } of slices) {
      await this.#hashUpTo(start);
      const bytes = await this.#read(start, end);
      if (end > this.#hashed) this.#update(new Uint8Array(bytes, this.#hashed - start));
      all.push(bytes);
    }
    return all;
  }

  /** @returns the SHA-256 of the whole file, or of what was read of a remote one, in hexadecimal */
  async digest(): Promise<string> {
    if (this.#file.isRemote) this.#onBytes(Math.max(0, this.#size - this.#hashed));
    else await this.#hashUpTo(this.#size);
    return this.#hash.digest('hex');
  }

  async #read(start: number, end: number): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= this.#size)) {
      throw new DataError(`expected bytes ${start} to ${end}, found a file of ${this.#size}: it is damaged`);
    }
    const bytes = new Uint8Array(end - start);
    if ((await readFully(this.#file, bytes, start)) < bytes.length)
      throw new DataError('it was cut while it was read');
    return bytes.buffer;
  }

  async #hashUpTo(position: number): Promise<void> {
    while (this.#hashed < position) {
      const end = Math.min(position, this.#hashed + PIECE);
      this.#update(new Uint8Array(await this.#read(this.#hashed, end)));
    }
  }

  #update(bytes: Uint8Array): void {
    if (!this.#unhashed) this.#hash.update(bytes);
    this.#hashed += bytes.length;
    this.#onBytes(bytes.length);
  }
}
