/** Bytes that are unpacked at once: they may become a thousand times as many. */
export const SLICE = 4096;

/** Unpacked bytes after which fewer are unpacked at once. */
const MUCH = 1 << 20;

/** How many bytes are unpacked at once: fewer if they unpack to many, so that little is held in memory. */
export class Pace {
  /** Bytes of compressed data that are taken next. */
  #size: number;
  readonly #most: number;
  readonly #least: number;

  /** @param most bytes at once @param least where `most` would become too much */
  constructor(most: number, least: number) {
    this.#size = most;
    this.#most = most;
    this.#least = least;
  }

  /** Cuts compressed data into what is to be unpacked at once. Each slice is made when it is asked for, after `saw`. */
  *slices(stored: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
    for (let from = 0; from < stored.length; ) {
      const slice = stored.slice(from, from + this.#size);
      from += slice.length;
      yield slice;
    }
  }

  /** @param unpacked what the bytes that were taken last became */
  saw(unpacked: readonly Uint8Array[]): void {
    const bytes = unpacked.reduce((sum, { length }) => sum + length, 0);
    this.#size = bytes > MUCH ? Math.max(this.#least, this.#size >> 3) : Math.min(this.#most, this.#size * 2);
  }
}
