import type { AccessGuard } from './access.ts';
import { Problem } from './problem.ts';

const CHALLENGE = 'Bearer realm="voucher-edge admin"';

/** Lets an operator pass, or throws a {@link Problem}. @returns the name that the history has for what they do */
export type AdminGuard = (request: Request) => Promise<string>;

/** The operator who sends ADMIN_TOKEN, which has no name. */
const NAMELESS = 'admin';

interface AdminOptions {
  /** The secret ADMIN_TOKEN: one token without a name. */
  token?: string | undefined;
  /**
   * ADMIN_TOKENS: a name and the SHA-256 of a token for each operator, with commas between them. A name may come
   * twice, so that a token can be replaced without a gap.
   *
   * @example 'ana:9f86d081…,bo:60303ae2…'
   */
  tokens?: string | undefined;
  /** Cloudflare Access. A request that has a token of ours is not asked for another. */
  access?: AccessGuard | undefined;
}

/**
 * Guards the routes of operators.
 *
 * @throws Error for ADMIN_TOKENS that cannot be read: such a deployment does not start
 * @throws Problem admin_closed without a token, unauthorized for a request that does not carry one (from the guard)
 */
export function adminGuard({ token, tokens, access }: AdminOptions): AdminGuard {
  const named = readTokens(tokens ?? '');
  const nameless = token?.trim() ?? '';
  const known = (async () => [
    ...named,
    ...(nameless === '' ? [] : [{ name: NAMELESS, sha256: await digest(nameless) }]),
  ])();
  return async (request) => {
    const sent = bearer(request.headers);
    const name = sent === null ? await access?.(request) : null;
    if (name) return name;
    const all = await known;
    if (all.length === 0 && access === undefined) {
      throw new Problem(
        'admin_closed',
        'This deployment has no admin routes: set the secret ADMIN_TOKEN or ADMIN_TOKENS, or ACCESS_TEAM_DOMAIN and ACCESS_AUD.',
      );
    }
    if (sent === null) {
      const detail =
        access === undefined
          ? 'expected Authorization: Bearer with the admin token, got none'
          : 'expected a token of Cloudflare Access, or Authorization: Bearer with the admin token, got neither';
      throw new Problem('unauthorized', detail, { headers: { 'www-authenticate': CHALLENGE } });
    }
    const hash = await digest(sent);
    // All are compared, so that the time does not tell which one it is.
    const [operator] = all.filter(({ sha256 }) => sameDigest(sha256, hash));
    if (operator !== undefined) return operator.name;
    throw new Problem('unauthorized', 'The token is not an admin token of this deployment.', {
      headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
    });
  };
}

/** @throws Error for an entry that is no name with a SHA-256. The sentence repeats no part of a hash */
function readTokens(text: string): { name: string; sha256: Uint8Array }[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.flatMap((entry, index) => {
    if (entry === '') return [];
    const [, name, hex] = /^([^:\s]{1,64}):([0-9a-f]{64})$/i.exec(entry) ?? [];
    if (name === undefined || hex === undefined) {
      throw new Error(
        `ADMIN_TOKENS: entry ${index + 1} is not NAME:SHA256 with 64 hexadecimal digits. Make one with: npm run artifact -- token NAME`,
      );
    }
    const bytes = hex.match(/../g) ?? [];
    return { name, sha256: Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)) };
  });
}

/** @returns the SHA-256 of a text, by which secrets are compared: of one length, whatever theirs is */
export async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** Whether two digests are the same, in a time that does not depend on where they differ. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/** @returns the token of `Authorization: Bearer TOKEN` (RFC 6750 2.1); null for another header or none */
export function bearer(headers: Headers): string | null {
  return /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}
