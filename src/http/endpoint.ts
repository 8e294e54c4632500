import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { requestLine } from '../log/request-line.ts';
import { ARTIFACT_VERSION, headerTemplate, REQUEST_ID } from './headers.ts';
import { Problem, problemBody } from './problem.ts';
import type { Facts, Reply } from './reply.ts';
import { requestId } from './request-id.ts';

/** Answers a request, or throws a {@link Problem}. */
export type Answer = (c: Context, facts: Facts) => Reply | Promise<Reply>;

export interface EndpointOptions {
  clock: Clock;
  log: Log;
}

/**
 * Makes the handler of a route: the one place where an answer or a failure becomes a response with its id, and is
 * logged. It is one function rather than a chain of middleware, and makes the response once: each layer and
 * each change of a finished response costs a tenth of what all of deciding does.
 *
 * @param routeOf the pattern of the route, for the log
 */
export function endpoint(
  routeOf: (c: Context) => string,
  answer: Answer,
  { clock, log }: EndpointOptions,
): (c: Context) => Promise<Response> {
  return async function endpoint(c) {
    const started = clock.elapsed();
    const facts: Facts = {};
    const id = requestId(c.req.raw.headers.get(REQUEST_ID));
    let reply: Reply;
    let problem: Problem | undefined;
    try {
      const answered = answer(c, facts);
      reply = answered instanceof Promise ? await answered : answered;
    } catch (thrown) {
      problem = problemOf(thrown);
      reply = refusal(problem, id, facts);
    }
    const { status, headers, body } = reply;
    log(
      requestLine({
        method: METHODS.has(c.req.method) ? c.req.method : '_OTHER',
        route: routeOf(c),
        status,
        now: clock.now(),
        duration: clock.elapsed() - started,
        requestId: id,
        facts,
        problem,
      }),
    );
    // The response takes a copy, so that the next one may change the shared headers.
    headers.set(REQUEST_ID, id);
    return new Response(body, { status, headers });
  };
}

/** Those of RFC 9110 and PATCH: others are made up by clients, and as long as they like. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  // The validator throws this for a body that JSON.parse refuses.
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return new Problem('malformed_json', 'expected a body that is JSON, got one that does not parse');
  }
  const detail = 'Nothing that the request says is the cause; the log has more under request_id.';
  return new Problem('internal_error', detail, { cause: thrown });
}

function refusal(problem: Problem, id: string, { version }: Facts): Reply {
  const headers = headerTemplate({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(version !== undefined && { [ARTIFACT_VERSION]: version }),
    ...problem.headers,
  });
  return { status: problem.status, headers, body: problemBody(problem, id) };
}
