/**
 * RFC 9110 13.1.2 with the weak comparison that it asks for: W/"x" matches "x".
 *
 * @param ifNoneMatch the request's header: `*`, or a list of entity tags
 * @param etag a strong entity tag; no other tag can hold it, since a tag holds no quotation mark
 */
export function matchesEtag(ifNoneMatch: string | null, etag: string): boolean {
  return ifNoneMatch !== null && (ifNoneMatch.trim() === '*' || ifNoneMatch.includes(etag));
}
