import type { Context } from 'hono';
import { Problem } from './problem.ts';

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 64 * 1024;

/** The types that the validator takes for JSON: application/json and application/*+json. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;

/** @throws Problem unsupported_media_type for a body that is not said to be JSON */
export function requireJson(contentType: string | null): void {
  if (contentType === 'application/json') return;
  const [mediaType = ''] = (contentType ?? '').split(';', 1);
  if (JSON_TYPE.test(mediaType.trim().toLowerCase())) return;
  const got = contentType === null ? 'none' : JSON.stringify(contentType.slice(0, 80));
  throw new Problem('unsupported_media_type', `expected content-type application/json, got ${got}`);
}

/**
 * Holds a body to {@link BODY_LIMIT}. Where the length is announced, the server's HTTP parser holds the client to
 * it; without one (chunked, HTTP/2) the body is read here, and no further than the limit.
 *
 * @returns nothing where there is nothing to wait for
 * @throws Problem body_too_large
 */
export function limitBody(c: Context): Promise<void> | undefined {
  const { headers } = c.req.raw;
  const length = headers.get('content-length');
  // RFC 9112 6.3: a transfer-encoding overrides the content-length.
  if (length === null || headers.get('transfer-encoding') !== null) return readWithinLimit(c);
  if (Number(length) > BODY_LIMIT) throw tooLarge();
  return undefined;
}

async function readWithinLimit(c: Context): Promise<void> {
  const { body } = c.req.raw;
  if (body === null) return;
  const bytes = new Uint8Array(BODY_LIMIT);
  let size = 0;
  for await (const chunk of body) {
    if (size + chunk.length > BODY_LIMIT) throw tooLarge();
    bytes.set(chunk, size);
    size += chunk.length;
  }
  c.req.raw = new Request(c.req.raw, { body: bytes.subarray(0, size) });
}

function tooLarge(): Problem {
  return new Problem('body_too_large', `expected a body of at most ${BODY_LIMIT} bytes, got more`);
}
