import { decode, verify } from 'hono/utils/jwt/jwt';
import { type AccessOptions, accessKeys } from './access-keys.ts';
import { Problem } from './problem.ts';

/** The variables of Cloudflare Access, both or neither. */
export interface AccessVariables {
  /** Of the team: `example.cloudflareaccess.com`. */
  ACCESS_TEAM_DOMAIN?: string | undefined;
  /** The application's audience tag; several with commas between them. */
  ACCESS_AUD?: string | undefined;
}

/**
 * Lets in who has passed Cloudflare Access.
 *
 * @returns the e-mail address of a person, or the common name of a service token; null without a token of Access
 * @throws Problem unauthorized for a token that is not for this deployment, storage_unavailable without keys
 */
export type AccessGuard = (request: Request) => Promise<string | null>;

/** Where Access puts its token, besides a cookie: https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/ */
const HEADER = 'cf-access-jwt-assertion';
const COOKIE = /(?:^|;)\s*CF_Authorization=([^;\s]+)/;

/** What Access signs with. Were it taken from the token, `none` would pass, or a public key as an HMAC secret. */
const ALGORITHM = 'RS256';
/** Seconds by which two clocks may differ. */
const TOLERANCE = 5;
const LONGEST_TOKEN = 16_384;
/** What the history may have as a name: one line, without control characters. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

/**
 * @returns undefined where Access is not set up
 * @throws Error for variables that do not fit: such a deployment does not start
 * @example
 * const access = accessGuard({ ACCESS_TEAM_DOMAIN: 'example.cloudflareaccess.com', ACCESS_AUD: '4714c1…' }, { now: Date.now });
 */
export function accessGuard(variables: AccessVariables, options: AccessOptions): AccessGuard | undefined {
  const settings = readSettings(variables);
  if (settings === null) return undefined;
  const { issuer, audience } = settings;
  const { now } = options;
  const keyOf = accessKeys(`${issuer}/cdn-cgi/access/certs`, options);

  return async (request) => {
    const token = request.headers.get(HEADER) ?? COOKIE.exec(request.headers.get('cookie') ?? '')?.[1];
    if (token === undefined) return null;
    refuseOtherPages(request);
    if (token.length > LONGEST_TOKEN) throw refusal('is too long');
    const kid = kidOf(token);
    const key = kid === null ? null : await keyOf(kid);
    const claims =
      key &&
      (await verify(token, key, { alg: ALGORITHM, iss: issuer, aud: audience, ...NO_TIMES }).catch(
        () => null,
      ));
    if (claims === null) throw refusal('is not one for this deployment');
    const { exp, nbf = 0, email, common_name } = claims;
    const seconds = now() / 1000;
    if (typeof exp !== 'number' || !(Number(nbf) <= seconds + TOLERANCE)) {
      throw refusal('is not one for this deployment');
    }
    if (exp <= seconds - TOLERANCE) throw refusal('has expired: sign in again');
    const name = email ?? common_name;
    if (typeof name === 'string' && NAME.test(name)) return name;
    throw refusal('has no name');
  };
}

/** Times are checked here: by the clock that is given, and with a tolerance. */
const NO_TIMES = { exp: false, nbf: false, iat: false };

/** @returns the name of the key that a token says it is signed with; null where it says none, or asks for more (`crit`) */
function kidOf(token: string): string | null {
  try {
    const { kid, crit } = Object(decode(token).header) as { kid?: unknown; crit?: unknown };
    return typeof kid === 'string' && crit === undefined ? kid : null;
  } catch {
    return null;
  }
}

/** Access puts its token on whatever a browser sends, also when another site's page makes it send. */
function refuseOtherPages({ method, headers, url }: Request): void {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const isOurs =
    site === null
      ? origin === null || URL.parse(origin)?.host === new URL(url).host
      : /^(?:same-origin|none)$/.test(site);
  if (!isOurs) throw refusal('came from a page of another origin');
}

function refusal(why: string): Problem {
  return new Problem('unauthorized', `The token of Cloudflare Access ${why}.`);
}

function readSettings({
  ACCESS_TEAM_DOMAIN,
  ACCESS_AUD,
}: AccessVariables): { issuer: string; audience: string[] } | null {
  const team = ACCESS_TEAM_DOMAIN?.trim() ?? '';
  const audience = (ACCESS_AUD ?? '').split(',').flatMap((tag) => tag.trim() || []);
  if (team === '' && audience.length === 0) return null;
  if (team === '' || audience.length === 0) {
    throw new Error('ACCESS_TEAM_DOMAIN and ACCESS_AUD: expected both, got one of them');
  }
  const url = URL.parse(team.includes('://') ? team : `https://${team}`);
  const isLocal = url?.protocol === 'http:' && /^(?:localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLocal) || url.href !== `${url.origin}/`) {
    throw new Error('ACCESS_TEAM_DOMAIN: expected a domain such as example.cloudflareaccess.com');
  }
  return { issuer: url.origin, audience };
}
