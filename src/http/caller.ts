import { bearer, digest, sameDigest } from './admin.ts';
import { Problem } from './problem.ts';

/** What is used of a rate limit of Workers. */
export interface Limiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** Lets a caller pass, or throws a {@link Problem}. */
export type CallerGuard = (request: Request) => Promise<void>;

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
}: CallerOptions): CallerGuard | undefined {
  const admit = keys === undefined || keys === '' ? undefined : keyring(keys);
  if (admit === undefined && limiter === undefined) return undefined;
  return async (request) => {
    const key = admit === undefined ? addressKey(addressOf(request)) : await admit(request.headers);
    if (limiter !== undefined && !(await withinLimit(limiter, key))) {
      const detail = 'There are more requests than the limit allows: wait and try again.';
      throw new Problem('rate_limited', detail, { headers: { 'retry-after': RETRY_AFTER } });
    }
  };
}

/** @returns what finds the key of a request: its number among all, which says nothing of the key itself */
function keyring(keys: string): (headers: Headers) => Promise<string> {
  const texts = keys.split(',').flatMap((key) => key.trim() || []);
  let digests: Uint8Array[] = [];
  return async (headers) => {
    // The values are kept and not a promise: who awaits the promise of a request that is cancelled waits for ever.
    if (digests.length < texts.length) digests = await Promise.all(texts.map(digest));
    const sent = headers.get('x-api-key') ?? bearer(headers);
    const got = await digest(sent ?? '');
    // Compare all keys, so that timing does not reveal which one matched.
    const matches = digests.map((known) => sameDigest(known, got));
    const number = matches.indexOf(true);
    if (sent !== null && number !== -1) return `key:${number}`;
    const detail =
      sent === null
        ? 'expected an API key in x-api-key or Authorization: Bearer, got none'
        : 'The API key is not one of this deployment.';
    throw new Problem('unauthorized', detail, {
      headers: { 'www-authenticate': 'Bearer realm="voucher-edge"' },
    });
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

/** What is counted of the address of a caller; of IPv6 the first 64 bits: who has one of their addresses has all. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return `address:${address}`;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return `address:${[...head, ...zeros, ...tail].slice(0, 4).join(':')}`;
}
