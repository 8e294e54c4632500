import * as z from 'zod/mini';
import { Problem } from './problem.ts';

/** What Access is checked with. */
export interface AccessOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  fetch?: (request: Request, init: { signal: AbortSignal }) => Promise<Response>;
}

/** What is used of a set of keys (RFC 7517). Keys of another kind are passed over. */
const KeySetSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.optional(z.string()), kty: z.string() })),
});

/** Milliseconds in which the keys have to come. */
const PATIENCE_MS = 5_000;
/** Milliseconds after which keys are fetched again. Access replaces its keys every six weeks, and has two meanwhile. */
const FRESH_MS = 60 * 60_000;
/** Milliseconds after which keys that cannot be fetched again are good for nothing. */
const LONGEST_MS = 24 * 60 * 60_000;
/** Milliseconds after a look that failed, as long as there are no keys. */
const RETRY_MS = 5_000;
/** Milliseconds between two looks for a key that is not there: tokens that are made up cause no flood. */
const COOL_MS = 60_000;
const LARGEST = 1_000_000;

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

/**
 * Fetches the public keys of a team and keeps them. It never keeps a promise of them: that belongs to the request that made
 * it, and when this one is cut off, all that wait for it would hang.
 *
 * @param url of the set of keys
 * @returns a function that finds a key by its name, or null. It throws a Problem storage_unavailable where there are
 *   no keys at all
 */
export function accessKeys(url: string, { now, fetch: send = fetch }: AccessOptions) {
  let keys: ReadonlyMap<string, CryptoKey> = new Map();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  /** Several requests may look at once: the first ones of an isolate have nothing to share. */
  async function look(): Promise<void> {
    lookedAt = now();
    try {
      keys = await fetchKeys(url, send);
      fetchedAt = now();
    } catch {
      failedAt = now();
    }
  }

  return async (kid: string): Promise<CryptoKey | null> => {
    const isOld = now() - fetchedAt >= FRESH_MS;
    const mayLook = keys.size === 0 ? now() - failedAt >= RETRY_MS : now() - lookedAt >= COOL_MS;
    if (mayLook && (isOld || !keys.has(kid))) await look();
    if (now() - fetchedAt >= LONGEST_MS) {
      const detail = 'The keys of Cloudflare Access cannot be fetched: try again.';
      throw new Problem('storage_unavailable', detail, { headers: { 'retry-after': '5' } });
    }
    return keys.get(kid) ?? null;
  };
}

async function fetchKeys(
  url: string,
  send: NonNullable<AccessOptions['fetch']>,
): Promise<Map<string, CryptoKey>> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  // Beside the request: Node loses a signal within one when it collects garbage, and then waits for ever.
  const response = await send(new Request(url, { redirect: 'manual' }), { signal });
  const text = response.status === 200 ? await response.text() : '';
  if (text === '' || text.length > LARGEST)
    throw new Error(`expected a set of keys, got status ${response.status}`);
  const found = z.parse(KeySetSchema, JSON.parse(text)).keys;
  const keys = new Map<string, CryptoKey>();
  for (const jwk of found) {
    if (jwk.kty !== 'RSA' || jwk.kid === undefined) continue;
    const key = crypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['verify']);
    const usable = await key.catch(() => null);
    if (usable !== null) keys.set(jwk.kid, usable);
  }
  return keys;
}
