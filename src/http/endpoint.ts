import type { Context } from 'hono';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Exchange, Reply } from './exchange.ts';
import { artifactHeaders, headerTemplate, NOT_A_PAGE, REQUEST_ID } from './headers.ts';
import { Problem, problemBody } from './problem.ts';
import { requestId } from './request-id.ts';
import { requestLine } from './request-line.ts';
import type { Respond } from './respond.ts';

/** Answers a request, or throws a {@link Problem}. */
export type Answer = (c: Context, exchange: Exchange) => Reply | Promise<Reply>;

export interface EndpointOptions {
  clock: Clock;
  log: Log;
  respond: Respond;
}

/**
 * Makes the handler of a route: the one place where an answer or a failure becomes a response with its id, and is
 * logged. It is one function rather than a chain of middleware, and makes the response once: each layer, and
 * each change of a finished response, would cost more than deciding does.
 *
 * @param routeOf the pattern of the route, for the log
 */
export function endpoint(
  routeOf: (c: Context) => string,
  answer: Answer,
  { clock, log, respond }: EndpointOptions,
): (c: Context) => Promise<Response> {
  return async function endpoint(c) {
    const started = clock.elapsed();
    const request = c.req.raw;
    const exchange: Exchange = {
      id: requestId(request.headers.get(REQUEST_ID)),
      now: clock.now(),
      version: undefined,
      age: undefined,
      country: undefined,
      decision: undefined,
    };
    let reply: Reply;
    let problem: Problem | undefined;
    try {
      reply = await answer(c, exchange);
    } catch (thrown) {
      problem = problemOf(thrown);
      reply = refusal(problem, exchange);
    }
    const { status, ended } = reply;
    const method = METHODS.has(request.method) ? request.method : '_OTHER';
    if (ended === undefined) logLine(problem);
    else void ended.then(logLine);
    return respond(reply, exchange.id);

    function logLine(problem: Problem | undefined): void {
      const duration = clock.elapsed() - started;
      log(requestLine({ exchange, method, route: routeOf(c), status, duration, problem }));
    }
  };
}

/** Those of RFC 9110 and PATCH: others are made up by clients, and as long as they like. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = 'Nothing that the request says is the cause; the log has more under request_id.';
  return new Problem('internal_error', detail, { cause: thrown });
}

function refusal(problem: Problem, exchange: Exchange): Reply {
  const headers = headerTemplate({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...NOT_A_PAGE,
    ...artifactHeaders(exchange),
    ...problem.headers,
  });
  return { status: problem.status, headers, body: problemBody(problem, exchange.id) };
}
