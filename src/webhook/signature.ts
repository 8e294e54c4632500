/**
 * The header webhook-signature of https://www.standardwebhooks.com: HMAC-SHA256 over `id.timestamp.body`.
 *
 * @param key the bytes of the secret
 * @returns `v1,` and the signature in Base64
 */
export async function signature(key: Uint8Array<ArrayBuffer>, signed: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const secret = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', secret, new TextEncoder().encode(signed)));
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}
