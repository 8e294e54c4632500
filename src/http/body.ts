import type { Context } from 'hono';
import { Problem } from './problem.ts';

/** The largest body that is read, in bytes, where a route does not say otherwise. */
const BODY_LIMIT = 64 * 1024;

/** How much of a body a route reads. */
export interface BodyLimit {
  bytes: number;
  /** What to do with a larger one, as the end of a sentence. */
  advice: string;
}

const DEFAULT_LIMIT: BodyLimit = { bytes: BODY_LIMIT, advice: '' };

/** The types that the validator takes for JSON: application/json and application/*+json. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;

/** @throws Problem unsupported_media_type for a body that is not said to be JSON */
export function requireJson(contentType: string | null, orElse = ''): void {
  if (JSON_TYPE.test(mediaType(contentType))) return;
  const got = contentType === null ? 'none' : JSON.stringify(contentType.slice(0, 80));
  throw new Problem('unsupported_media_type', `expected content-type application/json${orElse}, got ${got}`);
}

/** @returns the media type of a content-type, in lower case and without its parameters; "" for none */
export function mediaType(contentType: string | null): string {
  const [type = ''] = (contentType ?? '').split(';', 1);
  return type.trim().toLowerCase();
}

/**
 * Holds a body to a limit. The servers of Workers and of Deno hold a client to the content-length that it
 * announced, and hide or refuse one beside a transfer-encoding (RFC 9112 6.3), so that it can be relied on; without
 * one (chunked, HTTP/2) the body is read here, and no further than the limit.
 *
 * @returns nothing where there is nothing to wait for
 * @throws Problem body_too_large
 */
export function limitBody(c: Context, limit = DEFAULT_LIMIT): Promise<void> | undefined {
  const length = c.req.raw.headers.get('content-length');
  const announced = length === null ? Number.NaN : Number(length);
  if (announced <= limit.bytes) return undefined;
  if (announced > limit.bytes) throw tooLarge(limit);
  return readWithinLimit(c, limit);
}

async function readWithinLimit(c: Context, limit: BodyLimit): Promise<void> {
  const { body } = c.req.raw;
  if (body === null) return;
  // It grows with what comes, so that nobody reserves the limit with a few bytes, however small the chunks are.
  let bytes = new Uint8Array(Math.min(limit.bytes, 4096));
  let size = 0;
  for await (const chunk of unbroken(body)) {
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
  c.req.raw = new Request(c.req.raw, { body: bytes.subarray(0, size) });
}

/** A body that ends before it is whole is the client's doing. */
async function* unbroken(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new Problem('malformed_json', 'expected a whole body, got one that broke off', { cause });
  }
}

function tooLarge({ bytes, advice }: BodyLimit): Problem {
  return new Problem('body_too_large', `expected a body of at most ${bytes} bytes, got more${advice}`);
}
