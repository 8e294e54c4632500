import { sha256Hex } from '../core/canonical.ts';

/**
 * @returns the entity tag of some bytes: it changes when any of them does. It is sent as a weak one, `W/` before it: on
 *   the way the bytes may be compressed, by this service or by what is between it and the client
 */
export async function etagOf(body: string | Uint8Array<ArrayBuffer>): Promise<string> {
  return `"${(await sha256Hex(body)).slice(0, 32)}"`;
}

/**
 * RFC 9110 13.1.2 with the weak comparison that it asks for: W/"x" matches "x".
 *
 * @param ifNoneMatch the request's header: `*`, or a list of entity tags
 * @param etag a strong entity tag; no other tag can hold it, since a tag holds no quotation mark
 */
export function etagMatches(ifNoneMatch: string | null, etag: string): boolean {
  return ifNoneMatch !== null && (ifNoneMatch.trim() === '*' || ifNoneMatch.includes(etag));
}
