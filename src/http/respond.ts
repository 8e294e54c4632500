import { onceFor, oncePer } from '../core/once-per.ts';
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

/** Nothing keeps them between the two lines above. */
const sharedHeaders = onceFor((template: HeaderTemplate) => new Headers(template as [string, string][]));

/**
 * Cheap in Deno, where converting the headers of an init costs several times what setting them does, and copying a
 * response less than half of making it: one that {@link Reply.repeats} is made once, takes the id of each request in turn,
 * and is copied with it.
 */
export function setHeaders(reply: Reply, requestId: string): Response {
  const response = reply.repeats === true ? madeBefore(reply.headers)(reply.body) : withHeaders(reply);
  response.headers.set(REQUEST_ID, requestId);
  return reply.repeats === true ? response.clone() : response;
}

/** @returns what makes the responses of a template from their texts. It goes with its artifact, or the second of its check */
const madeBefore = onceFor((headers: HeaderTemplate) =>
  oncePer((body: Reply['body']) => withHeaders({ status: 200, headers, body })),
);

/** Setting a header costs twice what appending it does. A text comes with a content-type, which is replaced. */
function withHeaders({ status, headers, body }: Reply): Response {
  const response = status === 200 ? new Response(body) : new Response(body, { status });
  for (const [name, value] of headers) {
    if (name === 'content-type') response.headers.set(name, value);
    else response.headers.append(name, value);
  }
  return response;
}
