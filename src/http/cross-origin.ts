import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { quoted } from '../core/issues.ts';

/**
 * Reads the variable CORS_ORIGINS: the origins whose pages may call the service, with commas between them, or `*`.
 *
 * @param keys the variable API_KEYS
 * @returns none where it is not set: browsers then keep the pages of other origins out
 * @throws Error for what is not an origin, and for `*` together with keys: such a deployment does not start
 * @example
 * readOrigins('https://shop.example, http://localhost:3000', undefined)
 */
export function readOrigins(text: string | undefined, keys: string | undefined): string[] {
  const origins = (text ?? '').split(',').flatMap((origin) => origin.trim() || []);
  for (const origin of origins) {
    const wrong = whatIsWrong(origin, (keys ?? '').trim() !== '');
    if (wrong !== null) throw new Error(`CORS_ORIGINS: ${wrong}`);
  }
  return origins;
}

function whatIsWrong(origin: string, hasKeys: boolean): string | null {
  if (origin === '*') {
    return hasKeys
      ? '"*" lets every page send requests, which API_KEYS forbids: name the origins, or remove the keys'
      : null;
  }
  if (origin === 'null') {
    return '"null" is the origin of every sandboxed page and local file: name the origins';
  }
  const url = URL.parse(origin);
  if (url !== null && /^https?:$/.test(url.protocol) && url.origin === origin && !origin.includes('*'))
    return null;
  const meant =
    url !== null && url.origin !== 'null' && !origin.includes('*') ? `; did you mean ${url.origin}?` : '';
  return `expected an origin such as https://shop.example, without a path, got ${quoted(origin, 80)}${meant}`;
}

/** Seconds for which a browser may remember a preflight; Chromium keeps none longer. */
const PREFLIGHT_SECONDS = 7200;

/**
 * Lets pages of other origins call some routes (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol). Without
 * credentials: cookies are never asked for, and keys are headers.
 *
 * @param methodsOf the methods of a path that is open to other origins; undefined for every other path
 */
export function crossOrigin(
  origins: readonly string[],
  methodsOf: (path: string) => readonly string[] | undefined,
): MiddlewareHandler {
  const answer = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: (_, c) => [...(methodsOf(c.req.path) ?? [])],
    allowHeaders: [
      'content-type',
      'content-encoding',
      'authorization',
      'x-api-key',
      'x-request-id',
      'if-none-match',
    ],
    exposeHeaders: ['x-request-id', 'x-artifact-version', 'x-check-age', 'retry-after', 'etag'],
    maxAge: PREFLIGHT_SECONDS,
  });
  return async function crossOrigin(c, next) {
    const { method, raw, path } = c.req;
    // An OPTIONS that is no preflight gets the 405 that it gets everywhere.
    const isOther = method === 'OPTIONS' && !raw.headers.has('access-control-request-method');
    return isOther || methodsOf(path) === undefined ? await next() : await answer(c, next);
  };
}
