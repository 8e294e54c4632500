import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DataError } from '../../src/core/errors.ts';
import { foreignFormat, HEAD, isJsonLines, storedAs } from '../../src/core/history/formats.ts';
import { chosenByHead, withHead } from '../../src/unpack/head.ts';
import { ZstdFrame } from '../../src/unpack/zstd-frame.ts';
import type { InputFile } from './file.ts';
import { openPipe } from './pipes.ts';
import { isAddress, isStdin } from './remote/address.ts';
import { readFully, remoteFile } from './stored.ts';

/** Bytes read at a time: small enough for what is made of them to die young, which keeps memory low. */
export const PIECE = 64 * 1024;
/** Bytes of a regular file that are asked for at once, while those before them are worked on. */
const AHEAD = 4 * PIECE;
/** A stream reads ahead of a decompressor by fewer pieces than this. */
const PIECES_KEPT = 8;

/**
 * Reads a file's bytes as stored, hashing them on the way.
 *
 * @param onBytes called with the number of bytes of each piece
 * @param start where to start
 * @throws DataError when the file ends before the size that it had
 */
export async function* storedBytes(
  file: InputFile,
  hash: { update(bytes: Uint8Array): unknown },
  onBytes: (bytes: number) => void,
  start = 0,
): AsyncGenerator<Buffer> {
  const { path, size } = file;
  let position = start;
  const release = openPipe(path);
  try {
    for await (const bytes of await source(file, start)) {
      position += bytes.length;
      hash.update(bytes);
      onBytes(bytes.length);
      yield bytes;
    }
  } finally {
    release();
  }
  if (position < size) {
    throw new DataError(`expected ${size} bytes, found ${position}: it was cut while it was read`);
  }
}

async function source(file: InputFile, start: number): Promise<AsyncIterable<Buffer>> {
  const { path, size } = file;
  if (isAddress(path)) return (await remoteFile(file)).bytes(start);
  if (isStdin(path)) return process.stdin;
  if (size > 0) return piecesOf(path, start);
  // It is perhaps a pipe, which has no places to start at, not even 0.
  return createReadStream(path, { highWaterMark: PIECE, ...(start > 0 && { start }) });
}

/**
 * Blocks of {@link AHEAD} bytes whose memory is used in turns: a piece stays as it is until more than {@link PIECES_KEPT} others
 * have come. What is left to the garbage collector grows to some 60 MB before that looks.
 */
const BLOCKS = 4 + PIECES_KEPT / (AHEAD / PIECE);

/** Reads a regular file, all pieces but the last being of {@link PIECE} bytes. */
async function* piecesOf(path: string, start: number): AsyncGenerator<Buffer> {
  const handle = await open(path);
  const memory: Buffer[] = [];
  let position = start;
  let next = fullRead(0);
  try {
    for (let block = await next, read = 1; block.length > 0; block = await next, read++) {
      position += block.length;
      next = fullRead(read % BLOCKS);
      // The caller that awaits it gets the error; a caller that stops before does not.
      next.catch(() => {});
      for (let at = 0; at < block.length; at += PIECE) yield block.subarray(at, at + PIECE);
    }
  } finally {
    await next.catch(() => {});
    await handle.close();
  }

  /** @returns {@link AHEAD} bytes, fewer at the end of the file */
  async function fullRead(turn: number): Promise<Buffer> {
    const block = memory[turn] ?? Buffer.allocUnsafeSlow(AHEAD);
    memory[turn] = block;
    return block.subarray(0, await readFully(handle, block, position));
  }
}

/**
 * Decompresses gzip, zstd and a ZIP archive with one file, which the first bytes tell, to the end of the file; passes
 * anything else on.
 *
 * @throws DataError for another format, and for something else after the end of compressed data
 */
export function unpacked(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return chosenByHead(withHead(stored, HEAD, Buffer.concat), async function* (head, all) {
    const kind = storedAs(head);
    if (kind === 'gzip') yield* plain(unpackedMembers(all), 'gzip');
    else if (kind === 'zstd') yield* plain(unpackedFrames(all), 'zstd');
    else if (kind === 'parquet') throw new DataError(PARQUET_FROM_PIPE);
    else if (kind === 'zip') {
      // Loaded when it is needed.
      const { unzipped } = await import('../../src/unpack/zip.ts');
      yield* plain(asBuffers(unzipped(all)), 'a ZIP archive');
    } else yield* plain(all, null);
  });
}

const PARQUET_FROM_PIPE =
  'Parquet is read from its end, and cannot come from a pipe: save it to a file first';

/** Passes text on. @param within what it was unpacked from @throws DataError for another format */
async function* plain(unpacked: AsyncIterable<Buffer>, within: string | null): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const piece of withHead(unpacked, HEAD, Buffer.concat)) {
    if (isFirst) requireText(piece, within);
    isFirst = false;
    yield piece;
  }
}

function requireText(head: Buffer, within: string | null): void {
  const inner = within === null ? 'text' : storedAs(head);
  if (inner !== 'text') {
    throw new DataError(
      `expected CSV or JSON lines in ${within}, found ${inner} data in it: unpack the outer one`,
    );
  }
  const foreign = foreignFormat(head);
  if (foreign !== null) throw new DataError(`expected CSV, JSON lines or Parquet, found ${foreign}`);
}

/** @returns whether the first bytes of a file are those of CSV in UTF-8, neither of another encoding nor of another format */
export function isStoredAsCsv(head: Buffer): boolean {
  const mark = head.toString('latin1', 0, 2);
  const isUtf16 = mark === '\xff\xfe' || mark === '\xfe\xff';
  return !isUtf16 && storedAs(head) === 'text' && foreignFormat(head) === null && !isJsonLines(head);
}

/**
 * Gives each member of gzip a decompressor of its own. Between two of them there may be zeros, as tapes and object stores
 * pad with. Anything else after the end is refused: Node's decompressor leaves it out without a word.
 */
async function* unpackedMembers(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
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
async function* unpackedFrames(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
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

async function* asBuffers(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Buffer> {
  for await (const { buffer, byteOffset, length } of pieces) yield Buffer.from(buffer, byteOffset, length);
}
