import { createHash } from 'node:crypto';
import { DataError } from '../../src/core/errors.ts';
import { readFully, type StoredFile } from './stored.ts';

interface Slice {
  start: number;
  end: number;
}

/** A file that is read in slices. Of an address what is read is hashed as it comes: that is all that its rows depend on. */
export class Slices {
  readonly #file: StoredFile;
  readonly #size: number;
  readonly #onBytes: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  #counted = 0;

  constructor(file: StoredFile, size: number, onBytes: (bytes: number) => void) {
    this.#file = file;
    this.#size = size;
    this.#onBytes = onBytes;
  }

  async read(slices: readonly Slice[]): Promise<ArrayBuffer[]> {
    // Asked for together: over the network each answer takes a while.
    const all = await Promise.all(slices.map((slice) => this.#bytesOf(slice)));
    for (const bytes of all) {
      if (this.#file.isRemote) this.#hash.update(new Uint8Array(bytes));
      this.#count(bytes.byteLength);
    }
    return all;
  }

  /** Notes that no more is read. @returns the SHA-256 of what was read of an address; null for a file of this machine */
  end(): string | null {
    this.#count(this.#size);
    return this.#file.isRemote ? this.#hash.digest('hex') : null;
  }

  /** Some bytes may be read twice, and others not at all: together they count as those of the file. */
  #count(bytes: number): void {
    const counted = Math.min(bytes, this.#size - this.#counted);
    this.#counted += counted;
    this.#onBytes(counted);
  }

  async #bytesOf({ start, end }: Slice): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= this.#size)) {
      throw new DataError(`expected bytes ${start} to ${end}, found a file of ${this.#size}: it is damaged`);
    }
    const bytes = new Uint8Array(end - start);
    if ((await readFully(this.#file, bytes, start)) < bytes.length)
      throw new DataError('it was cut while it was read');
    return bytes.buffer;
  }
}
