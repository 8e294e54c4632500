import type { Context } from 'hono';
import { Problem } from './problem.ts';

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 64 * 1024;

/** The types that the validator takes for JSON: application/json and application/*+json. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;

/** @throws Problem unsupported_media_type for a body that is not said to be JSON */
export function requireJson(contentType: string | null): void {
  const [mediaType = ''] = (contentType ?? '').split(';', 1);
  if (JSON_TYPE.test(mediaType.trim().toLowerCase())) return;
  const got = contentType === null ? 'none' : JSON.stringify(contentType.slice(0, 80));
  throw new Problem('unsupported_media_type', `expected content-type application/json, got ${got}`);
}

/**
 * Holds a body to {@link BODY_LIMIT}. The servers of Workers and of Deno hold a client to the content-length that it
 * announced, and hide or refuse one beside a transfer-encoding (RFC 9112 6.3), so that it can be relied on; without
 * one (chunked, HTTP/2) the body is read here, and no further than the limit.
 *
 * @returns nothing where there is nothing to wait for
 * @throws Problem body_too_large
 */
export function limitBody(c: Context): Promise<void> | undefined {
  const length = c.req.raw.headers.get('content-length');
  const announced = length === null ? Number.NaN : Number(length);
  if (announced <= BODY_LIMIT) return undefined;
  if (announced > BODY_LIMIT) throw tooLarge();
  return readWithinLimit(c);
}

async function readWithinLimit(c: Context): Promise<void> {
  const { body } = c.req.raw;
  if (body === null) return;
  const bytes = new Uint8Array(BODY_LIMIT);
  let size = 0;
  for await (const chunk of unbroken(body)) {
    if (size + chunk.length > BODY_LIMIT) throw tooLarge();
    bytes.set(chunk, size);
    size += chunk.length;
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

function tooLarge(): Problem {
  return new Problem('body_too_large', `expected a body of at most ${BODY_LIMIT} bytes, got more`);
}
