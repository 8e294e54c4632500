import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { DataError } from '../../src/core/errors.ts';

const PIECE = 1 << 20;

/**
 * A file that is read in slices, nearly in the order of its bytes, and hashed as it is read: what lies between two
 * slices is read when the later one is asked for, what follows the last one at the end.
 */
export class HashedFile {
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #onBytes: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  #hashed = 0;

  constructor(handle: FileHandle, size: number, onBytes: (bytes: number) => void) {
    this.#handle = handle;
    this.#size = size;
    this.#onBytes = onBytes;
  }

  /** Reads bytes without hashing them. */
  async peek(start: number, end: number): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= this.#size)) {
      throw new DataError(`expected bytes ${start} to ${end}, found a file of ${this.#size}: it is damaged`);
    }
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw new DataError('it was cut while it was read');
      filled += bytesRead;
    }
    return bytes.buffer;
  }

  /** Reads bytes, and hashes the file up to their end. */
  async read(start: number, end: number): Promise<ArrayBuffer> {
    await this.#hashUpTo(start);
    const bytes = await this.peek(start, end);
    if (end > this.#hashed) this.#update(new Uint8Array(bytes, this.#hashed - start));
    return bytes;
  }

  /** @returns the SHA-256 of the whole file, in hexadecimal */
  async digest(): Promise<string> {
    await this.#hashUpTo(this.#size);
    return this.#hash.digest('hex');
  }

  async #hashUpTo(position: number): Promise<void> {
    while (this.#hashed < position) {
      const end = Math.min(position, this.#hashed + PIECE);
      this.#update(new Uint8Array(await this.peek(this.#hashed, end)));
    }
  }

  #update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#hashed += bytes.length;
    this.#onBytes(bytes.length);
  }
}
