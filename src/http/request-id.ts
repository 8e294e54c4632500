const LONGEST = 128;

/**
 * @param sent the request's x-request-id
 * @returns the id under which a request is answered and logged: the caller's, so that its logs and these meet,
 *   if it is 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`; else a new one
 */
export function requestId(sent: string | null): string {
  return sent !== null && isSane(sent) ? sent : crypto.randomUUID();
}

/** Character by character: it runs for each request, and what passes is safe in a header and in JSON as it is. */
function isSane(id: string): boolean {
  if (id.length === 0 || id.length > LONGEST) return false;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    const letter = (code | 32) >= 97 && (code | 32) <= 122;
    const digit = code >= 48 && code <= 57;
    if (!letter && !digit && code !== DASH && code !== POINT && code !== UNDERSCORE) return false;
  }
  return true;
}

const DASH = 45;
const POINT = 46;
const UNDERSCORE = 95;
