import type { Context } from 'hono';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/ecs.ts';
import type { Encode } from './compress.ts';
import type { Exchange, Reply } from './exchange.ts';
import { artifactHeaders, headerTemplate, NOT_A_PAGE, REQUEST_ID } from './headers.ts';
import { Problem, problemBody } from './problem.ts';
import { type RequestRecord, requestLine } from './request-line.ts';
import type { Respond } from './respond.ts';

/** Answers a request, or throws a {@link Problem}. */
export type Answer = (request: Request, exchange: Exchange) => Reply | Promise<Reply>;

export interface EndpointOptions {
  clock: Clock;
  log: Log;
  respond: Respond;
  /** How answers are encoded on the way; as they are, without. */
  encode?: Encode | undefined;
  /** Told of every request once it is answered, as the log is: for metrics. */
  observe?: ((record: RequestRecord) => void) | undefined;
  /** Told when requests begin and end, by a server that has to know when it may stop. */
  underWay?: UnderWay | undefined;
}

/** Counts requests. They tell it by themselves: a promise around each would cost more than deciding does. */
export interface UnderWay {
  begin(): void;
  /** @returns the answer, at once, unless the server stops: then it may be held back until no more connections are taken */
  end(response: Response): Response | Promise<Response>;
}

/** Answers the requests of one route. @param parameter what is at the end of the path */
export type Endpoint = (context: Context, parameter?: string) => Promise<Response>;

/**
 * Makes the handler of a route: the one place where an answer or a failure becomes a response with its id, and is
 * logged. It is one function rather than a chain of middleware, and makes the response once: each layer, and
 * each change of a finished response, would cost more than deciding does.
 *
 * @param route the pattern of the route, for the log
 */
export function endpoint(
  route: string,
  answer: Answer,
  { clock, log, respond, encode, observe, underWay }: EndpointOptions,
): Endpoint {
  return async function endpoint(context, parameter = '') {
    const request = context.req.raw;
    underWay?.begin();
    const started = clock.elapsed();
    const exchange: Exchange = {
      id: requestId(request.headers.get(REQUEST_ID)),
      now: clock.now(),
      parameter,
      context,
      version: undefined,
      checkAge: undefined,
      country: undefined,
      decision: undefined,
    };
    let reply: Reply;
    let problem: Problem | undefined;
    try {
      reply = await answer(request, exchange);
    } catch (thrown) {
      problem = problemOf(thrown);
      reply = refusal(problem, exchange);
    }
    const { status, ended } = reply;
    problem ??= reply.problem;
    const { method: sent } = request;
    const method = METHODS.has(sent) ? sent : '_OTHER';
    if (ended === undefined) logLine(problem);
    else void ended.then(logLine);
    if (encode !== undefined) {
      const encoded = encode(reply, request);
      reply = encoded instanceof Promise ? await encoded : encoded;
    }
    const response = respond(method === 'HEAD' ? withoutBody(reply) : reply, exchange.id);
    return underWay === undefined ? response : underWay.end(response);

    function logLine(problem: Problem | undefined): void {
      const duration = clock.elapsed() - started;
      const record = { exchange, method, route, status, duration, problem };
      log(requestLine(record));
      observe?.(record);
    }
  };
}

/** HEAD is GET without its body, but with its length (RFC 9110 9.3.2); some servers would say that it is 0. */
function withoutBody({ body, ...reply }: Reply): Reply {
  if (body === null || body instanceof ReadableStream) return { ...reply, body: null };
  const { length } = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return { ...reply, headers: [...reply.headers, ['content-length', String(length)]], body: null };
}

/** Those of RFC 9110 and PATCH: others are made up by clients, and as long as they like. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = 'The service failed. The log has more under request_id: send it with your report.';
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
  return { status: problem.status, headers, body: problemBody(problem, { request_id: exchange.id }) };
}

/** Safe in a header and in JSON as it is. */
const SANE_ID = /^[\w.-]{1,128}$/;

/**
 * @param sent the request's x-request-id
 * @returns the id under which a request is answered and logged: the caller's, so that its logs and these meet,
 *   if it is 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`; else a new one
 */
function requestId(sent: string | null): string {
  return sent !== null && SANE_ID.test(sent) ? sent : crypto.randomUUID();
}
