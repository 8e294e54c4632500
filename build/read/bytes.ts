import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DataError } from '../../src/core/errors.ts';
import type { InputFile } from './file.ts';
import { openPipe } from './pipes.ts';
import { ZstdFrame } from './zstd-frames.ts';

/** Bytes read at a time: small enough for what is made of them to die young, which keeps memory low. */
export const PIECE = 64 * 1024;
/** Bytes of a regular file that are asked for at once, while those before them are worked on. */
const AHEAD = 4 * PIECE;

/**
 * Reads a file's bytes as stored, hashing them on the way.
 *
 * @param onBytes called with the number of bytes of each piece
 * @param start where to start
 * @throws DataError when the file ends before the size that it had
 */
export async function* storedBytes(
  { path, size }: InputFile,
  hash: { update(bytes: Uint8Array): unknown },
  onBytes: (bytes: number) => void,
  start = 0,
): AsyncGenerator<Buffer> {
  let position = start;
  const release = openPipe(path);
  try {
    for await (const bytes of size > 0 ? piecesOf(path, start) : streamOf(path, start)) {
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

/** Reads a regular file, all pieces but the last being of {@link PIECE} bytes. */
async function* piecesOf(path: string, start: number): AsyncGenerator<Buffer> {
  const handle = await open(path);
  let position = start;
  let next = fullRead(handle, position);
  try {
    for (let block = await next; block.length > 0; block = await next) {
      position += block.length;
      next = fullRead(handle, position);
      // Whoever awaits it hears of an error; nobody does who breaks off before.
      next.catch(() => {});
      for (let at = 0; at < block.length; at += PIECE) yield block.subarray(at, at + PIECE);
    }
  } finally {
    await next.catch(() => {});
    await handle.close();
  }
}

/** @returns {@link AHEAD} bytes, fewer at the end of the file */
async function fullRead(handle: FileHandle, position: number): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(AHEAD);
  let filled = 0;
  while (filled < AHEAD) {
    const { bytesRead } = await handle.read(block, filled, AHEAD - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}

/** Reads what is perhaps a pipe, which has no places to start at, not even 0. */
async function* streamOf(path: string, start: number): AsyncGenerator<Buffer> {
  const from = start > 0 ? { start } : {};
  for await (const piece of createReadStream(path, { highWaterMark: PIECE, ...from })) yield piece as Buffer;
}

/** Decompresses gzip and zstd, which the first bytes tell, to the end of the file; passes anything else on. */
export async function* unpacked(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = withHead(stored, 4);
  try {
    const { value: head, done } = await pieces.next();
    if (done) return;
    const all = prepend(head, pieces);
    const start = head.toString('latin1', 0, 4);
    const foreign = FOREIGN[start];
    if (foreign) throw new DataError(`expected CSV or Parquet, found ${foreign}`);
    if (start.startsWith(GZIP)) yield* through(all, createGunzip({ chunkSize: PIECE }));
    else if (start === ZSTD) yield* unpackedFrames(all);
    else yield* all;
  } finally {
    // Who breaks off before the rest is asked for leaves no file open.
    await pieces.return(undefined);
  }
}

/** @returns whether the first bytes of a file are those of UTF-8, neither of another encoding nor of another format */
export function isStoredAsText(head: Buffer): boolean {
  const start = head.toString('latin1', 0, 4);
  return !NOT_TEXT.some((magic) => start.startsWith(magic)) && FOREIGN[start] === undefined;
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

/** Joins the first pieces until they are at least `length` bytes. */
export async function* withHead(pieces: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (head === null) {
      yield piece;
      continue;
    }
    head = head.length === 0 ? piece : Buffer.concat([head, piece]);
    if (head.length >= length) {
      yield head;
      head = null;
    }
  }
  if (head !== null && head.length > 0) yield head;
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

const GZIP = '\x1f\x8b';
const ZSTD = '\x28\xb5\x2f\xfd';

/** The first bytes of what is read, but is not UTF-8 as stored: the last two are byte order marks of UTF-16. */
const NOT_TEXT = [GZIP, ZSTD, 'PAR1', '\xff\xfe', '\xfe\xff'];

/** Formats that are taken for CSV or Parquet now and then, by their first bytes. */
const FOREIGN: Partial<Record<string, string>> = {
  'PK\x03\x04': 'a ZIP archive or an Excel workbook: unpack it, or export it as CSV',
  '\xd0\xcf\x11\xe0': 'an Excel workbook: export it as CSV',
  '\xfd7zX': 'xz data: unpack it, or compress it with gzip or zstd',
  BZh9: 'bzip2 data: unpack it, or compress it with gzip or zstd',
  PARE: 'encrypted Parquet: decrypt it first',
  'Obj\x01': 'Avro data: export it as CSV or Parquet',
};
