import { Problem } from './problem.ts';

/** Lets a request pass, or throws a {@link Problem}. */
export type Guard = (request: Request) => Promise<void>;

const CHALLENGE = 'Bearer realm="voucher-edge admin"';

/** Lets an operator pass, or throws a {@link Problem}. @returns the name that the history has for what they do */
export type AdminGuard = (request: Request) => Promise<string>;

/** The operator who sends ADMIN_TOKEN, which has no name. */
const NAMELESS = 'admin';

/**
 * Guards the routes of operators.
 *
 * @param token the secret ADMIN_TOKEN; without it the routes are closed
 * @throws Problem admin_closed without a token, unauthorized for a request that does not carry it
 */
export function adminGuard(token: string | undefined): AdminGuard {
  const expected = token?.trim() ?? '';
  return async ({ headers }) => {
    if (expected === '') {
      throw new Problem('admin_closed', 'This deployment has no admin routes: set the secret ADMIN_TOKEN.');
    }
    const sent = bearer(headers);
    if (sent === null) {
      throw new Problem('unauthorized', 'expected Authorization: Bearer with the admin token, got none', {
        headers: { 'www-authenticate': CHALLENGE },
      });
    }
    if (!sameDigest(await digest(sent), await digest(expected))) {
      throw new Problem('unauthorized', 'The token is not the ADMIN_TOKEN of this deployment.', {
        headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
      });
    }
    return NAMELESS;
  };
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
