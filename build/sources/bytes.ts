import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { DataError } from '../../src/core/errors.ts';
import { openPipe } from './pipes.ts';

/** Bytes read at a time: small enough for what is made of them to die young, which keeps memory low. */
const PIECE = 64 * 1024;

/**
 * Reads a file's bytes as stored, hashing them on the way.
 *
 * @param onBytes called with the number of bytes of each piece
 */
export async function* storedBytes(
  path: string,
  hash: Hash,
  onBytes: (bytes: number) => void,
  start = 0,
): AsyncGenerator<Buffer> {
  const release = openPipe(path);
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE, start })) {
      const bytes = piece as Buffer;
      hash.update(bytes);
      onBytes(bytes.length);
      yield bytes;
    }
  } finally {
    release();
  }
}

/** Decompresses gzip and zstd, of one or more members, which the first bytes tell; passes anything else on. */
export async function* unpacked(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = withHead(stored, 4);
  const { value: head, done } = await pieces.next();
  if (done) return;
  const decompressor = decompressorFor(head);
  const all = prepend(head, pieces);
  if (decompressor === null) {
    yield* all;
    return;
  }
  const source = Readable.from(all, { highWaterMark: 1 });
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

function decompressorFor(head: Buffer): Gunzip | ZstdDecompress | null {
  const start = head.toString('latin1', 0, 4);
  if (start.startsWith('\x1f\x8b')) return createGunzip({ chunkSize: PIECE });
  if (start === '\x28\xb5\x2f\xfd') return createZstdDecompress({ chunkSize: PIECE });
  const foreign = FOREIGN[start];
  if (foreign) throw new DataError(`expected CSV or Parquet, found ${foreign}`);
  return null;
}

/** Formats that are taken for CSV or Parquet now and then, by their first bytes. */
const FOREIGN: Partial<Record<string, string>> = {
  'PK\x03\x04': 'a ZIP archive or an Excel workbook: unpack it, or export it as CSV',
  '\xd0\xcf\x11\xe0': 'an Excel workbook: export it as CSV',
  '\xfd7zX': 'xz data: unpack it, or compress it with gzip or zstd',
  BZh9: 'bzip2 data: unpack it, or compress it with gzip or zstd',
  PARE: 'encrypted Parquet: decrypt it first',
  'Obj\x01': 'Avro data: export it as CSV or Parquet',
};
