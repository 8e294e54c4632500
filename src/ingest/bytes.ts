import { DataError } from '../core/errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What workerd has beside the standard: a stream that hashes what is written to it. */
declare const crypto: Crypto & {
  DigestStream: new (algorithm: 'SHA-256') => WritableStream<Uint8Array> & { digest: Promise<ArrayBuffer> };
};

/** The most bytes that a file may unpack to: what can be counted well within the 30 s of CPU time that a step has. */
const MOST_UNPACKED = 512 * 1024 * 1024;

/** Formats that are dropped into the bucket now and then, by their first bytes, and what to do. */
const FOREIGN: Readonly<Record<string, string>> = {
  PAR1: 'Parquet: export CSV, or build the artifact from it with npm run build:artifact',
  '\x28\xb5\x2f\xfd': 'zstd data: compress it with gzip',
  'PK\x03\x04': 'a ZIP archive or an Excel workbook: unpack it, or export it as CSV',
};

/** Hashes bytes as they pass. */
export class Hashing {
  readonly #stream = new crypto.DigestStream('SHA-256');
  /** Bytes that have passed. */
  size = 0;

  async *through(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Bytes> {
    const writer = this.#stream.getWriter();
    let whole = false;
    try {
      for await (const piece of bytes) {
        await writer.write(piece);
        this.size += piece.length;
        yield piece as Bytes;
      }
      await writer.close();
      whole = true;
    } finally {
      if (!whole) {
        // Nobody will ask for the hash of a part.
        this.#stream.digest.catch(() => {});
        await writer.abort().catch(() => {});
      }
    }
  }

  /** @returns the SHA-256 in hexadecimal, once all has passed */
  async hex(): Promise<string> {
    const digest = new Uint8Array(await this.#stream.digest);
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

/**
 * Decompresses gzip, which the first bytes tell; passes anything else on.
 *
 * @throws DataError for another format, for damaged gzip, and beyond {@link MOST_UNPACKED} bytes; what reading
 *   throws is thrown on as it is
 */
export async function* unpacked(stored: AsyncGenerator<Bytes>): AsyncGenerator<Bytes> {
  const pieces = withHead(stored, 4);
  const { value: head, done } = await pieces.next();
  if (done) return;
  const start = latin1(head.subarray(0, 4));
  const foreign = FOREIGN[start];
  if (foreign !== undefined) throw new DataError(`expected CSV, plain or gzip, found ${foreign}`);
  const all = prepend(head, pieces);
  let size = 0;
  for await (const piece of start.startsWith('\x1f\x8b') ? gunzip(all) : all) {
    size += piece.length;
    if (size > MOST_UNPACKED) {
      throw new DataError(`expected at most ${MOST_UNPACKED} bytes of text, found more: split the file`);
    }
    yield piece;
  }
}

/** Joins the first pieces until they are at least `length` bytes. */
export async function* withHead(pieces: AsyncIterable<Bytes>, length: number): AsyncGenerator<Bytes> {
  let head: Bytes | null = new Uint8Array(0);
  for await (const piece of pieces) {
    if (head === null) {
      yield piece;
      continue;
    }
    const joined: Bytes = new Uint8Array(head.length + piece.length);
    joined.set(head);
    joined.set(piece, head.length);
    head = joined;
    if (head.length >= length) {
      yield head;
      head = null;
    }
  }
  if (head !== null && head.length > 0) yield head;
}

/** @param bytes few: each becomes an argument @returns a character for each byte */
export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

async function* prepend(first: Bytes, rest: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  yield first;
  yield* rest;
}

async function* gunzip(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  /** What reading the file threw: that says nothing about the file, and trying again may help. */
  let unread: { error: unknown } | null = null;
  const feeding = feed();
  const reader = readable.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      yield value as Bytes;
    }
  } catch (error) {
    throw unread === null ? damaged(error) : (unread as { error: unknown }).error;
  } finally {
    await reader.cancel().catch(() => {});
    await feeding;
  }

  async function feed(): Promise<void> {
    const source = pieces[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await source.next().catch((error: unknown) => {
          unread = { error };
          throw error;
        });
        if (next.done) break;
        await writer.write(next.value);
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      await source.return?.().catch(() => {});
    }
  }
}

function damaged(error: unknown): DataError {
  const message = error instanceof Error ? error.message : String(error);
  const why = /trailing/i.test(message)
    ? 'it has more than one part, or something behind its end: unpack it and compress it in one piece'
    : 'it is cut short or damaged';
  return new DataError(`its compressed data cannot be read: ${why}`, { cause: error });
}
