import type { Reply } from './exchange.ts';
import { type HeaderTemplate, REQUEST_ID } from './headers.ts';

/**
 * Makes the response of a reply. Headers are the largest part of what an answer costs, and runtimes differ in which
 * way of setting them is the cheap one.
 */
export type Respond = (reply: Reply, requestId: string) => Response;

/** Cheap in workerd, where a header that is set from JavaScript costs more than five that are copied. */
export function copyHeaders({ status, headers, body }: Reply, requestId: string): Response {
  const shared = sharedHeaders(headers);
  shared.set(REQUEST_ID, requestId);
  // The response takes a copy: the next one may set another id.
  return new Response(body, { status, headers: shared });
}

/** Made once for each template. Nothing keeps them between the two lines above. */
const made = new WeakMap<HeaderTemplate, Headers>();

function sharedHeaders(template: HeaderTemplate): Headers {
  let headers = made.get(template);
  if (headers === undefined) {
    headers = new Headers(template as [string, string][]);
    made.set(template, headers);
  }
  return headers;
}

/**
 * Cheap in Deno, where converting the headers of an init costs several times what setting them does, and setting one
 * twice what appending it does. A text comes with a content-type, which is replaced.
 */
export function setHeaders({ status, headers, body }: Reply, requestId: string): Response {
  const response = status === 200 ? new Response(body) : new Response(body, { status });
  const own = response.headers;
  for (const [name, value] of headers) {
    if (name === 'content-type') own.set(name, value);
    else own.append(name, value);
  }
  own.append(REQUEST_ID, requestId);
  return response;
}
