import { keepingLast } from '../core/once-per.ts';

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
const ARTIFACT_VERSION = 'x-artifact-version';
/**
 * The whole seconds since the service last made sure, where the artifact comes from, that it is the current one:
 * what Age is to a cached response (RFC 9111 5.1). 0 for an artifact that is bundled and has no other origin.
 */
const CHECK_AGE = 'x-check-age';

/**
 * Headers to be sent with one response or with many, as names in lower case and values. Making them costs more than
 * deciding does, so that what can be is made once for each artifact; the id of the request is added to each response.
 */
export type HeaderTemplate = readonly (readonly [name: string, value: string])[];

/** @param own names in lower case; what every response has is added */
export function headerTemplate(own: Readonly<Record<string, string>>): HeaderTemplate {
  return Object.entries({ ...ALWAYS, ...own });
}

/** Which artifact a request is answered from, and how long ago it was confirmed; undefined where it did not get to one. */
type Origin = { version: string | undefined; checkAge: number | undefined };

/** @returns the headers that tell which artifact a request was answered from; none where it did not get to one */
export function artifactHeaders({ version, checkAge }: Origin): Record<string, string> {
  return version === undefined ? {} : { [ARTIFACT_VERSION]: version, [CHECK_AGE]: String(checkAge) };
}

/** @returns what gives the headers of a kind of answer, made once for each artifact and second of its check's age */
export function artifactTemplate(own: Readonly<Record<string, string>>): (origin: Origin) => HeaderTemplate {
  const made = keepingLast((version: Origin['version'], checkAge: Origin['checkAge'], fixed: typeof own) =>
    headerTemplate({ ...fixed, ...artifactHeaders({ version, checkAge }) }),
  );
  return ({ version, checkAge }) => made(version, checkAge, own);
}
