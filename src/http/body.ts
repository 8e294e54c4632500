import { quoted } from '../core/issues.ts';
import { SLICE } from '../unpack/slices.ts';
import { Problem } from './problem.ts';

/** How much of a body a route reads. */
interface BodyLimit {
  bytes: number;
  /** What to do with a larger one, as the end of a sentence. */
  advice: string;
}

const DEFAULT_LIMIT: BodyLimit = { bytes: 64 * 1024, advice: '' };

/** application/json and application/*+json; the subtype is a restricted name (RFC 6838 4.2). */
const JSON_TYPE = /^application\/(?:[a-z\d][a-z\d!#$&^_.+-]*\+)?json$/;

const UTF8 = new TextDecoder();

/** As the end of a sentence: what {@link isDamaged} asks of a text. */
export const UNDAMAGED = 'text in UTF-8, without U+FFFD, the sign of damaged text';

/**
 * Reads a body of JSON, as it is or compressed with gzip.
 *
 * @param orElse another type that the route takes, for the sentence
 * @throws Problem body_too_large, unsupported_media_type, malformed_json
 */
export async function readJson(request: Request, limit = DEFAULT_LIMIT, orElse = ''): Promise<unknown> {
  const { headers } = request;
  const length = headers.get('content-length');
  const announced = length === null ? Number.NaN : Number(length);
  if (announced > limit.bytes) throw tooLarge(limit);
  const type = headers.get('content-type');
  if (type !== 'application/json') {
    requireJson(type, orElse);
    requireUtf8(type);
  }
  const gzip = isGzip(headers);
  try {
    // The servers of Workers and of Deno hold a client to the content-length that it announced, and hide or refuse one
    // beside a transfer-encoding (RFC 9112 6.3). Without one (chunked, HTTP/2) no more is read than the limit.
    const text =
      announced <= limit.bytes && !gzip
        ? (textThere(request) ?? (await request.text()))
        : UTF8.decode(await readWithin(request, limit, gzip));
    if (isDamaged(text)) throw malformed(null, gzip);
    return JSON.parse(text);
  } catch (cause) {
    throw unread(cause, gzip);
  }
}

/** Where Deno keeps the request that its server received; undefined on other runtimes. */
const RECEIVED = Object.getOwnPropertySymbols(new Request('http://host/')).find(
  ({ description }) => description === 'request',
) as never;

/**
 * Reads a body that came together with its headers, as nearly all do. Deno has a cheap way to its text and lets `json()`
 * alone take it, which refuses a byte order mark then and no other time. `text()` costs a tenth of what an answer does more.
 *
 * @returns null where there is no such way, or more of the body to come
 */
function textThere(request: Request): string | null {
  const received = request[RECEIVED] as { consumeTextBody?: () => unknown } | undefined;
  const text = received?.consumeTextBody?.();
  if (typeof text !== 'string') return null;
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** As {@link readJson}, but {} for a request without a body, which no header tells in every runtime and version of HTTP. */
export async function readOptionalJson(request: Request): Promise<unknown> {
  const bytes = await readWithin(request, DEFAULT_LIMIT, false).catch((cause) => {
    throw unread(cause, false);
  });
  const { url, method, headers } = request;
  return bytes.length === 0 ? {} : readJson(new Request(url, { method, headers, body: bytes }));
}

/**
 * Whether a text holds U+FFFD. Bytes that are not UTF-8 become it when they are read, and are refused: "Côte" in Latin-1
 * would be a country of another name. A U+FFFD that a client sends is text that was damaged before, and is refused as well:
 * so the runtimes may read bodies in the way that is the cheapest for each.
 */
export function isDamaged(text: string): boolean {
  return text.includes('\uFFFD');
}

/** @returns what is wrong with a body that could not be read: also where its client broke it off */
function unread(cause: unknown, gzip: boolean): Problem {
  return cause instanceof Problem ? cause : malformed(cause, gzip);
}

function malformed(cause: unknown, gzip: boolean): Problem {
  const detail =
    cause instanceof SyntaxError
      ? 'The body is not JSON: it does not parse.'
      : `The body cannot be read: it must be whole, ${gzip ? 'compressed with gzip, ' : ''}and ${UNDAMAGED}.`;
  return new Problem('malformed_json', detail, { cause });
}

/** @returns the media type of a content-type, in lower case and without its parameters; "" for none */
export function mediaType(contentType: string | null): string {
  const [type = ''] = (contentType ?? '').split(';', 1);
  return type.trim().toLowerCase();
}

/** @throws Problem unsupported_media_type for a body that is not declared as JSON */
function requireJson(contentType: string | null, orElse: string): void {
  if (JSON_TYPE.test(mediaType(contentType))) return;
  const got = contentType ? quoted(contentType, 80) : 'none';
  throw new Problem('unsupported_media_type', `expected content-type application/json${orElse}, got ${got}`);
}

/** @throws Problem unsupported_media_type for another charset than UTF-8, or ASCII, which is part of it */
export function requireUtf8(contentType: string | null): void {
  const [, charset] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? '') ?? [];
  if (charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset)) return;
  throw new Problem('unsupported_media_type', `expected text in UTF-8, got charset ${quoted(charset, 40)}`);
}

/**
 * @returns whether the body is compressed with gzip
 * @throws Problem unsupported_media_type for another content-encoding (RFC 9110 15.5.16)
 */
export function isGzip(headers: Headers): boolean {
  const encoding = headers.get('content-encoding');
  if (encoding === null) return false;
  const coding = encoding.trim().toLowerCase();
  if (coding === '' || coding === 'identity') return false;
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  throw new Problem(
    'unsupported_media_type',
    `expected content-encoding gzip, or none, got ${quoted(encoding, 40)}`,
    { headers: { 'accept-encoding': 'gzip' } },
  );
}

/** @returns the body, decompressed where it is gzip; of no request more than it asks for is held */
export function bodyStream({ body }: Request, gzip: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  const stream = (body ?? new Blob().stream()) as ReadableStream<Uint8Array<ArrayBuffer>>;
  return gzip ? stream.pipeThrough(slices()).pipeThrough(new DecompressionStream('gzip')) : stream;
}

/** Bytes of a body that are read at a time where its runtime lets a reader say how many. */
const PIECE = 64 * 1024;

/** Reads large pieces. Without a buffer workerd hands over 4 KiB at a time, and a batch takes a fifth more CPU time. */
export function largeReader(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Pick<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, 'read' | 'cancel'> {
  try {
    const reader = body.getReader({ mode: 'byob' });
    const read = () =>
      reader.read(new Uint8Array(PIECE)) as Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>;
    return { read, cancel: (reason) => reader.cancel(reason) };
  } catch {
    // It is no stream of bytes, such as what a decompressor gives.
    return body.getReader();
  }
}

/** A decompressor takes all of a chunk, and one of 64 KiB may become 64 MiB. */
function slices(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(chunk, controller) {
      for (let from = 0; from < chunk.length; from += SLICE)
        controller.enqueue(chunk.subarray(from, from + SLICE));
    },
  });
}

async function readWithin(
  request: Request,
  limit: BodyLimit,
  gzip: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  // It grows with what comes: a few bytes do not reserve the limit, however small the chunks are.
  let bytes = new Uint8Array(Math.min(limit.bytes, 4096));
  let size = 0;
  for await (const chunk of bodyStream(request, gzip)) {
    const end = size + chunk.length;
    if (end > limit.bytes) throw tooLarge(limit);
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.min(limit.bytes, Math.max(end, 2 * bytes.length)));
      larger.set(bytes.subarray(0, size));
      bytes = larger;
    }
    bytes.set(chunk, size);
    size = end;
  }
  return bytes.subarray(0, size);
}

function tooLarge({ bytes, advice }: BodyLimit): Problem {
  return new Problem('body_too_large', `expected a body of at most ${bytes} bytes, got more${advice}`);
}
