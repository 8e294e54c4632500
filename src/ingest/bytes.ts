import { hexOf } from '../core/canonical.ts';
import { concat } from '../core/concat.ts';
import { DataError, messageOf } from '../core/errors.ts';
import { foreignFormat, HEAD, storedAs } from '../core/history/formats.ts';
import { chosenByHead, withHead } from '../unpack/head.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What workerd has beside the standard: a stream that hashes what is written to it. */
declare const crypto: Crypto & {
  DigestStream: new (algorithm: 'SHA-256') => WritableStream<Uint8Array> & { digest: Promise<ArrayBuffer> };
};

/** The most bytes that a file may unpack to: what can be counted well within the 30 s of CPU time that a step has. */
const MOST_UNPACKED = 512 * 1024 * 1024;

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
        // The hash of a part is never asked for.
        this.#stream.digest.catch(() => {});
        await writer.abort().catch(() => {});
      }
    }
  }

  /** @returns the SHA-256 in hexadecimal, once all has passed */
  async hex(): Promise<string> {
    return hexOf(await this.#stream.digest);
  }
}

/** Data of gzip in several members, which the decompressor of the platform does not read: see {@link unpacked}. */
export class SeveralMembers extends DataError {}

/**
 * Decompresses gzip, zstd and a ZIP archive with one file, which the first bytes tell; passes anything else on.
 *
 * @param inMembers whether gzip may have several members: read by a slower decompressor
 * @throws SeveralMembers for such gzip, unless it may be that
 * @throws DataError for another format, for damaged data, and beyond {@link MOST_UNPACKED} bytes; what reading
 *   throws is thrown on as it is
 */
export function unpacked(stored: AsyncGenerator<Bytes>, inMembers = false): AsyncGenerator<Bytes> {
  return chosenByHead(withHead(stored, HEAD, concat), async function* (head, all) {
    // Decompressors are loaded when they are needed.
    switch (storedAs(head)) {
      case 'text':
        yield* asText(all);
        break;
      case 'gzip':
        yield* asText(inMembers ? (await import('../unpack/gzip.ts')).gunzipMembers(all) : gunzip(all));
        break;
      case 'zstd':
        yield* asText((await import('../unpack/zstd.ts')).unzstd(all));
        break;
      case 'zip':
        yield* asText((await import('../unpack/zip.ts')).unzipped(all));
        break;
      case 'parquet':
        throw new DataError(
          'expected CSV or JSON lines, found Parquet: export CSV, or build the artifact from it with npm run build:artifact',
        );
    }
  });
}

/** Passes text on, as far as it is not too long. */
async function* asText(unpacked: AsyncGenerator<Bytes>): AsyncGenerator<Bytes> {
  let size = 0;
  let isFirst = true;
  for await (const piece of withHead(unpacked, HEAD, concat)) {
    if (isFirst) requireText(piece.subarray(0, HEAD));
    isFirst = false;
    size += piece.length;
    if (size > MOST_UNPACKED) {
      throw new DataError(`expected at most ${MOST_UNPACKED} bytes of text, found more: split the file`);
    }
    yield piece;
  }
}

/** @throws DataError for the first bytes of what is no text */
function requireText(head: Bytes): void {
  const inner = storedAs(head);
  if (inner !== 'text')
    throw new DataError(`expected CSV or JSON lines, found ${inner} data in it: unpack the outer one`);
  const foreign = foreignFormat(head);
  if (foreign !== null) throw new DataError(`expected CSV or JSON lines, found ${foreign}`);
}

/**
 * What is written to the platform's decompressor becomes up to a thousand times as much, and nothing holds it back: a slice
 * is written when all of the one before has been read.
 */
async function* gunzip(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const { readable, writable } = new DecompressionStream('gzip');
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  let reading = reader.read();
  /** Reads until nothing has come for a turn after `written`, or to the end. */
  async function* read(written: Promise<void>, isLast: boolean): AsyncGenerator<Bytes> {
    const wait = () => written.then(isLast ? () => reading : turn);
    let quiet = wait();
    let isQuiet = true;
    for (;;) {
      const result = await Promise.race([reading, quiet]).catch((error: unknown) => {
        throw damaged(error);
      });
      if (result?.done || (result === undefined && isQuiet)) return;
      isQuiet = result === undefined;
      if (result === undefined) {
        quiet = wait();
        continue;
      }
      yield result.value as Bytes;
      reading = reader.read();
    }
  }
  try {
    for await (const piece of pieces) {
      for (let from = 0; from < piece.length; from += HELD)
        yield* read(writer.write(piece.slice(from, from + HELD)), false);
    }
    yield* read(writer.close(), true);
  } finally {
    reading.catch(() => {});
    writer.abort().catch(() => {});
    await reader.cancel().catch(() => {});
  }
}

/** Bytes of gzip that are unpacked at once: they become 17 MB at most. */
const HELD = 16 * 1024;

/** Lets what the platform has at hand arrive. */
const turn = (): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, 0, undefined));

function damaged(error: unknown): DataError {
  const message = messageOf(error);
  if (/trailing/i.test(message)) {
    return new SeveralMembers('its compressed data has more than one part, or something after its end', {
      cause: error,
    });
  }
  return new DataError('its compressed data cannot be read: it is cut short or damaged', { cause: error });
}
