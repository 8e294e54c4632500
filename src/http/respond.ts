import type { Reply } from './exchange.ts';
import { type HeaderTemplate, REQUEST_ID } from './headers.ts';
import { oncePer } from './once-per.ts';

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
 * Cheap in Deno, where converting the headers of an init costs several times what setting them does, and copying a
 * response less than half of making it: one that {@link Reply.repeats} is made once, takes the id of each request in turn,
 * and is copied with it.
 */
export function setHeaders(reply: Reply, requestId: string): Response {
  const response = reply.repeats === true ? madeBefore(reply) : withHeaders(reply);
  response.headers.set(REQUEST_ID, requestId);
  return reply.repeats === true ? response.clone() : response;
}

/** What makes the responses of a template from their texts. It goes when the template goes: with its artifact or second. */
const responses = new WeakMap<HeaderTemplate, (body: Reply['body']) => Response>();

function madeBefore({ headers, body }: Reply): Response {
  let responseOf = responses.get(headers);
  if (responseOf === undefined) {
    responseOf = oncePer((text) => withHeaders({ status: 200, headers, body: text }));
    responses.set(headers, responseOf);
  }
  return responseOf(body);
}

/** Setting a header costs twice what appending it does. A text comes with a content-type, which is replaced. */
function withHeaders({ status, headers, body }: Reply): Response {
  const response = status === 200 ? new Response(body) : new Response(body, { status });
  for (const [name, value] of headers) {
    if (name === 'content-type') response.headers.set(name, value);
    else response.headers.append(name, value);
  }
  return response;
}
