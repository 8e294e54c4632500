/** A JSON Web Token (RFC 7519) as it is written: nothing of it is checked. */
export interface Token {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signature: Uint8Array<ArrayBuffer>;
  /** What the signature is of. */
  signed: Uint8Array<ArrayBuffer>;
}

/** @returns null for a text that is no token */
export function readToken(text: string): Token | null {
  const [header = '', claims = '', signature = '', ...more] = text.split('.');
  try {
    const json = (part: string) => Object(JSON.parse(new TextDecoder().decode(bytesOf(part))));
    const signed = new TextEncoder().encode(`${header}.${claims}`);
    return more.length > 0
      ? null
      : { header: json(header), claims: json(claims), signature: bytesOf(signature), signed };
  } catch {
    return null;
  }
}

/** @param part base64url (RFC 4648, 5) */
function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * The algorithm is that of the key, and the token has to name it: it is never taken from the token alone, or `none` would pass.
 *
 * @returns whether the key has signed a token
 */
export async function isSigned({ header, signature, signed }: Token, key: CryptoKey): Promise<boolean> {
  // What `crit` lists has to be understood (RFC 7515, 4.1.11), and nothing is.
  if (header.alg !== 'RS256' || 'crit' in header) return false;
  return await crypto.subtle.verify(key.algorithm.name, key, signature, signed);
}
