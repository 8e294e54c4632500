import type { Exchange } from './exchange.ts';

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
 * The whole seconds since the service last made sure, where the artifact comes from, that it is the current one:
 * what Age is to a cached response (RFC 9111 5.1). 0 for an artifact that is bundled and has no other origin.
 */
export const ARTIFACT_AGE = 'x-artifact-age';

/**
 * Headers to be sent with many responses. Making them costs more than all the rest of an answer, so they are made
 * once where there are many of a kind, and only the request's id is set for each response.
 */
export function headerTemplate(own: Readonly<Record<string, string>>): Headers {
  return new Headers({ ...SECURE_HEADERS, ...own });
}

/** @returns the headers that tell which artifact a request was answered from; none where it did not get to one */
export function artifactHeaders({ version, age }: Exchange): Record<string, string> {
  return version === undefined ? {} : { [ARTIFACT_VERSION]: version, [ARTIFACT_AGE]: String(age) };
}

/** @returns a function that gives the headers of a kind of answer, made once for each artifact and second of its age */
export function artifactTemplate(own: Readonly<Record<string, string>>): (exchange: Exchange) => Headers {
  let version: string | undefined;
  let age: number | undefined;
  let made = new Headers();
  return (exchange) => {
    if (exchange.version !== version || exchange.age !== age) {
      ({ version, age } = exchange);
      made = headerTemplate({ ...own, ...artifactHeaders(exchange) });
    }
    return made;
  };
}
