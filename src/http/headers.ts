/**
 * What every response says to browsers: it is the type that it says it is, nothing in it may run, be framed or
 * be embedded elsewhere, and the host is to be reached over TLS.
 */
export const SECURE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

export const REQUEST_ID = 'x-request-id';
export const ARTIFACT_VERSION = 'x-artifact-version';

/**
 * Headers to be sent with many responses. Making them costs more than all the rest of an answer, so routes make
 * them once for each artifact, and only the request's id is set for each response.
 */
export function headerTemplate(own: Readonly<Record<string, string>>): Headers {
  return new Headers({ ...SECURE_HEADERS, ...own });
}
