/** What every response says to browsers: it is the type that it says it is. */
const ALWAYS = { 'x-content-type-options': 'nosniff' } as const;

/**
 * What responses say that a browser could be led to show: nothing in them may run, load or be framed.
 * Strict-Transport-Security is not among them: whether all of a domain is on TLS is the domain's to say.
 */
export const NOT_A_PAGE = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

export const REQUEST_ID = 'x-request-id';
export const ARTIFACT_VERSION = 'x-artifact-version';

/**
 * Headers to be sent with one response or with many. Making them costs more than deciding does, so that what can be
 * is made once for each artifact; the request's id is added when a response is made.
 */
export interface HeaderTemplate {
  entries: readonly (readonly [name: string, value: string])[];
  /** The same; whoever makes a response may set the request's id in it. */
  shared: Headers;
}

export function headerTemplate(own: Readonly<Record<string, string>>): HeaderTemplate {
  const entries = Object.entries({ ...ALWAYS, ...own });
  return { entries, shared: new Headers(entries) };
}
