import type { Context } from 'hono';
import { Problem } from './problem.ts';
import { bearer, digest, sameDigest } from './secrets.ts';

/** Lets a request pass, or throws a {@link Problem}. */
export type Guard = (c: Context) => Promise<void>;

const CHALLENGE = 'Bearer realm="voucher-edge admin"';

/** Lets an operator pass, or throws a {@link Problem}. @returns the name that the history has for what they do */
export type AdminGuard = (c: Context) => Promise<string>;

/** The operator who sends ADMIN_TOKEN, which has no name. */
const NAMELESS = 'admin';

/**
 * Guards the routes of operators.
 *
 * @param token the secret ADMIN_TOKEN; without it nobody passes
 * @throws Problem admin_closed without a token, unauthorized for a request that does not carry it
 */
export function adminGuard(token: string | undefined): AdminGuard {
  const expected = token?.trim() ?? '';
  return async (c) => {
    if (expected === '') {
      throw new Problem(
        'admin_closed',
        'expected a deployment with the secret ADMIN_TOKEN, this one has none',
      );
    }
    const sent = bearer(c.req.raw.headers);
    if (sent === null) {
      throw new Problem('unauthorized', 'expected Authorization: Bearer with the admin token, got none', {
        headers: { 'www-authenticate': CHALLENGE },
      });
    }
    if (!sameDigest(await digest(sent), await digest(expected))) {
      throw new Problem('unauthorized', 'expected the admin token, got another one', {
        headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
      });
    }
    return NAMELESS;
  };
}
