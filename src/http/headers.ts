/**
 * What every response says to browsers: it is the type that it says it is, and nothing in it may run, load or be
 * framed. Strict-Transport-Security is not among them: whether all of a domain is on TLS is the domain's to say.
 */
export const SECURE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

export const REQUEST_ID = 'x-request-id';
export const ARTIFACT_VERSION = 'x-artifact-version';

/**
 * Headers to be sent with many responses. Making them costs more than deciding does, so routes make
 * them once for each artifact, and only the request's id is set for each response.
 */
export function headerTemplate(own: Readonly<Record<string, string>>): Headers {
  return new Headers({ ...SECURE_HEADERS, ...own });
}
