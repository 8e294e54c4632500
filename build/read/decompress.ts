import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DataError } from '../../src/core/errors.ts';
import { storedAs } from '../../src/core/history/formats.ts';
import { ZstdFrame } from '../../src/unpack/zstd-frame.ts';
import { PIECE, PIECES_KEPT } from './stored.ts';

/**
 * Gives each member of gzip a decompressor of its own. Between two of them there may be zeros, as tapes and object stores
 * pad with. Anything else after the end is refused: Node's decompressor leaves it out without a word.
 */
export async function* unpackedMembers(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer | undefined = (await pieces.next()).value;
  while (waiting !== undefined) {
    const gunzip = createGunzip({ chunkSize: PIECE });
    /** The last pieces that were fed: the decompressor may end before it has read them. */
    const fed: Buffer[] = [];
    let bytes = 0;
    yield* through(
      (async function* member() {
        while (waiting !== undefined) {
          const piece: Buffer = waiting;
          bytes += piece.length;
          fed.push(piece);
          if (fed.length > PIECES_KEPT) fed.shift();
          yield piece;
          waiting = (await pieces.next()).value;
        }
      })(),
      gunzip,
    );
    const unread = Buffer.concat(fed).subarray(-1 * (bytes - gunzip.bytesWritten) || bytes);
    // The last piece that was fed is the one that waits, unless the source is at its end.
    waiting = await afterZeros(unread, pieces);
    if (waiting !== undefined && storedAs(waiting) !== 'gzip') {
      throw new DataError(
        'something that is not gzip follows the end of its compressed data: is it damaged, or two files in one?',
      );
    }
  }
}

/** @returns the bytes from the first that is not 0 on, at least two of them if there are as many; undefined without any */
async function afterZeros(unread: Buffer, pieces: AsyncGenerator<Buffer>): Promise<Buffer | undefined> {
  let rest = unread;
  for (;;) {
    const at = rest.findIndex((byte) => byte !== 0);
    rest = at === -1 ? rest.subarray(rest.length) : rest.subarray(at);
    if (rest.length > 1) return rest;
    const { value: more, done } = await pieces.next();
    if (done) return rest.length > 0 ? rest : undefined;
    rest = rest.length === 0 ? more : Buffer.concat([rest, more]);
  }
}

/** Gives each frame of zstd a decompressor of its own. */
export async function* unpackedFrames(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let piece: Buffer | undefined = (await pieces.next()).value;
  while (piece !== undefined) yield* through(bytesOfFrame(), createZstdDecompress({ chunkSize: PIECE }));

  async function* bytesOfFrame(): AsyncGenerator<Buffer> {
    const frame = new ZstdFrame();
    for (let end = -1; end === -1 && piece !== undefined; ) {
      const current: Buffer = piece;
      end = frame.endIn(current);
      const rest = end === -1 ? current.subarray(current.length) : current.subarray(end);
      piece = rest.length > 0 ? rest : (await pieces.next()).value;
      yield end === -1 ? current : current.subarray(0, end);
    }
  }
}

async function* through(pieces: AsyncIterable<Buffer>, decompressor: Transform): AsyncGenerator<Buffer> {
  const source = Readable.from(pieces, { highWaterMark: 1 });
  // The loop below receives the errors of either.
  pipeline(source, decompressor, () => {});
  for await (const piece of decompressor) yield piece as Buffer;
}
