import { createHash } from 'node:crypto';
import { DataError } from '../../../src/core/errors.ts';
import { errorOfAnswer } from './failure.ts';
import { type Answer, get, piecesOf } from './request.ts';
import { Attempts, attempted, Passing } from './retry.ts';
import { parseS3, S3 } from './s3.ts';

/** What is known of a file without its bytes. */
interface RemoteIdentity {
  /** Bytes; 0 where the server does not say. */
  size: number;
  /** The ETag, or else the time of the last change, of the content that is read; null where the server gives neither. */
  tag: string | null;
}

/** Bytes that are asked for: `end` is behind the last one, null for the rest of the file. */
interface Span {
  start: number;
  end: number | null;
}

/** Reads a file over https or from a storage that speaks S3: always one content of it, never parts of two. */
export class RemoteFile {
  readonly #url: URL;
  readonly #storage: S3 | null;
  #size: number;
  #tag: string | null;

  /**
   * @param address as it was given
   * @param known what is known of the content that is to be read: another one is refused
   * @throws DataError for an address that cannot be asked for
   */
  constructor(address: string, { size, tag }: RemoteIdentity = { size: 0, tag: null }) {
    this.#storage = /^s3:/i.test(address) ? new S3(process.env) : null;
    this.#url = this.#storage ? this.#storage.urlOf(parseS3(address)) : httpUrl(address);
    this.#size = size;
    this.#tag = tag;
  }

  /** Asks what the file is. Answers to HEAD are not the ones to GET where an address is signed for GET alone. */
  async identify(): Promise<RemoteIdentity> {
    const answer = await attempted(() => this.#ask({ start: 0, end: 1 }));
    answer.body.destroy();
    return { size: this.#size, tag: this.#tag };
  }

  /**
   * Reads some bytes.
   *
   * @returns fewer at the end of the file; null where the server gives the whole file alone
   */
  async read(start: number, end: number): Promise<Buffer | null> {
    return await attempted(async () => {
      const answer = await this.#ask({ start, end });
      // The first bytes can be taken from the start of the whole.
      if (answer.status === 200 && start > 0) {
        answer.body.destroy();
        return null;
      }
      return await take(answer, Math.min(end, this.#size || end) - start);
    });
  }

  /**
   * Reads the file from start to end. A lost connection is taken up where it was lost, if the server can do that and the file
   * is known to be the same. Otherwise the file is read again up to there, and compared.
   *
   * @throws DataError for a file that has changed, and one that ends before its size
   */
  async *bytes(): AsyncGenerator<Buffer> {
    const attempts = new Attempts();
    let position = 0;
    /** Of what was passed on, where nothing else tells whether a file is still the same. */
    const passed = createHash('sha256');
    for (;;) {
      try {
        const again = position > 0 && this.#tag === null;
        const answer = await this.#ask({ start: again ? 0 : position, end: null });
        const pieces = answer.status === 416 ? nothing() : piecesOf(answer.body);
        const before = answer.status === 200 || again ? position : 0;
        const rest = before > 0 ? skip(pieces, before, this.#tag === null ? passed : null) : pieces;
        for await (const piece of rest) {
          position += piece.length;
          attempts.advance(piece.length);
          if (this.#tag === null) passed.update(piece);
          if (this.#size > 0 && position > this.#size) throw changed();
          yield piece;
        }
        if (position >= this.#size) return;
        throw new Passing(`the connection ended after ${position} of ${this.#size} bytes`);
      } catch (error) {
        await attempts.after(error);
      }
    }
  }

  /** @returns an answer that has what was asked for, or with status 200 the whole file */
  async #ask({ start, end }: Span): Promise<Answer> {
    const range = `bytes=${start}-${end === null ? '' : end - 1}`;
    const strong = this.#tag !== null && !this.#tag.startsWith('W/');
    const headers = { range, ...(strong ? { 'if-range': this.#tag ?? '' } : {}) };
    const answer = await get(this.#url, headers, this.#storage?.sign ?? null);
    const { status } = answer;
    const total = totalOf(answer);
    // There is nothing at this place: the file is empty, or ends before it.
    const isEnd = status === 416 && (total === start || (total ?? 0) === 0);
    if (status !== 200 && status !== 206 && !isEnd) throw await errorOfAnswer(answer, this.#storage);
    try {
      this.#requireSame(answer, total);
      if (status === 206) requireRange(answer, start);
    } catch (error) {
      answer.body.destroy();
      throw error;
    }
    if (isEnd) answer.body.destroy();
    return answer;
  }

  #requireSame({ headers }: Answer, total: number | null): void {
    const tag = headers.etag ?? headers['last-modified'] ?? null;
    if (this.#tag !== null && tag !== null && opaque(tag) !== opaque(this.#tag)) throw changed();
    if (this.#size > 0 && total !== null && total !== this.#size) throw changed();
    this.#tag ??= tag;
    this.#size ||= total ?? 0;
  }
}

function httpUrl(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new DataError('it is not a valid address');
  if (url.username !== '' || url.password !== '') {
    throw new DataError(
      'the address has a user or password in it: use a signed address, or s3:// with credentials from the environment',
    );
  }
  return url;
}

/** A listing gives tags without what a proxy adds. */
function opaque(tag: string): string {
  return tag.replace(/^W\//, '').replace(/-gzip"$/, '"');
}

function changed(): DataError {
  return new DataError('it changed while it was read: run the command again');
}

/** @returns the bytes of the whole file; null where the answer does not say */
function totalOf({ status, headers }: Answer): number | null {
  const text =
    status === 200 ? headers['content-length'] : /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  return text === undefined ? null : Number(text);
}

function requireRange({ headers }: Answer, start: number): void {
  const range = headers['content-range'];
  if (/^bytes (\d+)-/.exec(range ?? '')?.[1] === String(start)) return;
  throw new DataError(
    `the server was asked for the bytes from ${start} on, and sends ${range ?? 'others'}: download the file first`,
  );
}

async function* nothing(): AsyncGenerator<Buffer> {}

/** @returns the first bytes of a body, which has as many unless the file ends before */
async function take({ status, body }: Answer, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let taken = 0;
  if (status === 416) return Buffer.alloc(0);
  for await (const piece of piecesOf(body)) {
    pieces.push(piece);
    taken += piece.length;
    if (taken >= length) break;
  }
  if (taken < length && status === 206)
    throw new Passing(`the connection ended after ${taken} of ${length} bytes`);
  return Buffer.concat(pieces).subarray(0, length);
}

/** @param before the hash of what is skipped, to compare it with */
async function* skip(
  pieces: AsyncIterable<Buffer>,
  length: number,
  before: ReturnType<typeof createHash> | null,
): AsyncGenerator<Buffer> {
  let hash = before === null ? null : createHash('sha256');
  let left = length;
  for await (const piece of pieces) {
    const skipped = piece.subarray(0, left);
    hash?.update(skipped);
    left -= skipped.length;
    if (left > 0) continue;
    if (hash && hash.digest('hex') !== before?.copy().digest('hex')) throw changed();
    hash = null;
    if (skipped.length < piece.length) yield piece.subarray(skipped.length);
  }
  if (left > 0) throw new Passing(`the connection ended ${left} bytes before the place where it was lost`);
}
