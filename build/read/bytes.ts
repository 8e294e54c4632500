import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { DataError } from '../../src/core/errors.ts';
import { foreignFormat, HEAD, isJsonLines, storedAs } from '../../src/core/history/formats.ts';
import { chosenByHead, withHead } from '../../src/unpack/head.ts';
import type { InputFile } from './file.ts';
import { openPipe } from './pipes.ts';
import { isAddress, isStdin } from './remote/address.ts';
import { PIECE, PIECES_KEPT, readFully, remoteFile } from './stored.ts';

/** Bytes of a regular file that are asked for at once, while those before them are worked on. */
const AHEAD = 4 * PIECE;

/**
 * Reads a file's bytes as stored, hashing them on the way.
 *
 * @param onBytes called with the number of bytes of each piece
 * @throws DataError when the file ends before the size that it had
 */
export async function* storedBytes(
  file: InputFile,
  hash: { update(bytes: Uint8Array): unknown },
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const { path, size } = file;
  let position = 0;
  const release = openPipe(path);
  try {
    for await (const bytes of await source(file)) {
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

/** @returns the SHA-256 of a file's bytes, in hexadecimal */
export async function hashFile(file: InputFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const _ of storedBytes(file, hash, () => {}));
  return hash.digest('hex');
}

async function source(file: InputFile): Promise<AsyncIterable<Buffer>> {
  const { path, size } = file;
  if (isAddress(path)) return (await remoteFile(file)).bytes();
  if (isStdin(path)) return process.stdin;
  if (size > 0) return piecesOf(path);
  // It is perhaps a pipe, which has no places to read at.
  return createReadStream(path, { highWaterMark: PIECE });
}

/**
 * Blocks of {@link AHEAD} bytes whose memory is used in turns: a piece stays as it is until more than {@link PIECES_KEPT}
 * others have come. The garbage collector would let it grow to some 60 MB.
 */
const BLOCKS = 4 + PIECES_KEPT / (AHEAD / PIECE);

/** Reads a regular file, all pieces but the last being of {@link PIECE} bytes. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path);
  const memory: Buffer[] = [];
  let position = 0;
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
    // Loaded when it is needed, as zlib takes longer to load than a small file to read.
    if (kind === 'gzip' || kind === 'zstd') {
      const { unpackedFrames, unpackedMembers } = await import('./decompress.ts');
      yield* plain(kind === 'gzip' ? unpackedMembers(all) : unpackedFrames(all), kind);
    } else if (kind === 'parquet') throw new DataError(PARQUET_FROM_PIPE);
    else if (kind === 'zip') {
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

async function* asBuffers(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Buffer> {
  for await (const { buffer, byteOffset, length } of pieces) yield Buffer.from(buffer, byteOffset, length);
}
