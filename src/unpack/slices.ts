type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are unpacked at once: they may become a thousand times as many. */
export const SLICE = 4096;

/** Unpacked bytes after which fewer are unpacked at once. */
const MUCH = 1 << 20;

/**
 * Unpacks a few bytes at once: fewer if they unpack to many, so that little is held in memory.
 *
 * @param most bytes at once @param least where `most` would become too much
 * @param out what is unpacked, which is taken away
 * @param unpack adds to it what the next bytes become
 */
export async function* inSlices(
  stored: AsyncIterable<Uint8Array>,
  [most, least]: readonly [most: number, least: number],
  out: Bytes[],
  unpack: (slice: Bytes) => void,
): AsyncGenerator<Bytes> {
  let size = most;
  for await (const piece of stored) {
    for (let from = 0; from < piece.length; ) {
      const slice = piece.slice(from, from + size);
      from += slice.length;
      unpack(slice);
      const bytes = out.reduce((sum, { length }) => sum + length, 0);
      size = bytes > MUCH ? Math.max(least, size >> 3) : Math.min(most, size * 2);
      yield* out.splice(0);
    }
  }
}
