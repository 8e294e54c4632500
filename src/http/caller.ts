import type { Guard } from './admin.ts';
import { Problem } from './problem.ts';
import { bearer, digest, sameDigest } from './secrets.ts';

/** What is used of a rate limit of Workers. */
export interface Limiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface CallerOptions {
  /** The variable API_KEYS: keys with commas between them; several, so that one can be replaced without a gap. */
  keys?: string | undefined;
  limiter?: Limiter | undefined;
  /** Tells the address that a request came from, where it is not in the header that Cloudflare sets. */
  addressOf?: (request: Request) => string;
}

/**
 * Seconds to wait once the limit is reached. The binding does not tell its period, which is 10 or 60 s: by then
 * either is over.
 */
const RETRY_AFTER = '60';

/**
 * Guards what callers ask: with keys, a request has to carry one; with a limiter, each key, or without keys each
 * address, has a limit.
 *
 * @returns undefined where there is nothing to guard, so that it costs nothing
 */
export function callerGuard({
  keys,
  limiter,
  addressOf = cloudflareAddress,
}: CallerOptions): Guard | undefined {
  const admit = keys === undefined || keys === '' ? undefined : keyring(keys);
  if (admit === undefined && limiter === undefined) return undefined;
  return async (c) => {
    const { headers } = c.req.raw;
    const key = admit === undefined ? addressKey(addressOf(c.req.raw)) : await admit(headers);
    if (limiter !== undefined && !(await withinLimit(limiter, key))) {
      throw new Problem(
        'rate_limited',
        'expected fewer requests, got more than the limit: wait and try again',
        {
          headers: { 'retry-after': RETRY_AFTER },
        },
      );
    }
  };
}

/** @returns what finds the key of a request: its number among all, which says nothing of the key itself */
function keyring(keys: string): (headers: Headers) => Promise<string> {
  const texts = keys.split(',').flatMap((key) => key.trim() || []);
  let digests: Uint8Array[] = [];
  return async (headers) => {
    // The values are kept and not a promise: whoever awaits that of a request which is cancelled waits for ever.
    if (digests.length < texts.length) digests = await Promise.all(texts.map(digest));
    const sent = headers.get('x-api-key') ?? bearer(headers);
    const got = await digest(sent ?? '');
    // All of them, so that the time tells nothing of which it is.
    const matches = digests.map((known) => sameDigest(known, got));
    const number = matches.indexOf(true);
    if (sent !== null && number !== -1) return `key:${number}`;
    const came = sent === null ? 'none' : 'another one';
    throw new Problem(
      'unauthorized',
      `expected an API key in x-api-key or Authorization: Bearer, got ${came}`,
      {
        headers: { 'www-authenticate': 'Bearer realm="voucher-edge"' },
      },
    );
  };
}

/** A limiter that does not answer must not stop the service. */
async function withinLimit(limiter: Limiter, key: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success;
  } catch {
    return true;
  }
}

function cloudflareAddress({ headers }: Request): string {
  return headers.get('cf-connecting-ip') ?? 'unknown';
}

/** What is counted of the address of a caller; of IPv6 the first 64 bits, since whoever has one address of them has all. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return `address:${address}`;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return `address:${[...head, ...zeros, ...tail].slice(0, 4).join(':')}`;
}
