import { etagMatches } from '../http/etag.ts';
import type { Reply } from '../http/exchange.ts';
import { headerTemplate } from '../http/headers.ts';

/** @param own headers besides what every answer has @returns an answer that must not be stored */
export function jsonReply<Body>(status: number, body: Body, own: Record<string, string> = {}): Reply {
  const common = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers: headerTemplate({ ...common, ...own }), body: JSON.stringify(body) };
}

/**
 * RFC 9110 13.1.2: a client that has this answer already gets 304 without a body.
 *
 * @param etag of the bytes of the body
 * @param own headers of both answers, the ETag among them
 */
export function conditionalReply(
  { headers: asked }: Request,
  body: string,
  etag: string,
  own: Record<string, string>,
): Reply {
  const both = { 'cache-control': 'no-cache', ...own };
  if (etagMatches(asked.get('if-none-match'), etag)) {
    return { status: 304, headers: headerTemplate(both), body: null };
  }
  return { status: 200, headers: headerTemplate({ ...both, 'content-type': 'application/json' }), body };
}
