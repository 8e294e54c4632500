import type { Decision } from '../core/decide/schema.ts';
import { keepingLast, oncePer } from '../core/once-per.ts';
import { bounded, ecsMessage, ecsTail, ecsTime, jsonText } from '../platform/ecs.ts';
import { batchFields, currencyOf } from './batch-tally.ts';
import type { Exchange } from './exchange.ts';
import type { Problem } from './problem.ts';

/** What is known of a request when it has been answered. */
export interface RequestRecord {
  exchange: Exchange;
  /** A method of HTTP, or `_OTHER`. */
  method: string;
  /** The pattern of the route, never the path as sent: a path may hold anything. */
  route: string;
  status: number;
  /** Milliseconds, with fractions; on Workers the clock moves with I/O alone, so that it counts only that. */
  duration: number;
  problem: Problem | undefined;
}

/** UTF-16 units of a country that are logged: no country's name has more, and what a client sends may have. */
const LONGEST_COUNTRY = 64;

/**
 * @returns the line of JSON for a request, by the names of the Elastic Common Schema; `voucher.*` are ours. Nothing
 *   in it says which customer it was.
 */
export function requestLine({ exchange, method, route, status, duration, problem }: RequestRecord): string {
  const { id, now, version, checkAge, country = '', decision, batch } = exchange;
  const [beforeId, afterId] = requestParts(method, route, status);
  const line = `${ecsTime(now)}${beforeId}${id}${afterId}${Math.round(duration * 1e6)}`;
  if (problem === undefined && decision !== undefined) {
    return line + decisionPart(decision)(version, checkAge, country);
  }
  const failed = problem === undefined ? {} : failure(problem);
  return line + originPart(version, checkAge) + ecsTail({ ...failed, ...batchFields(batch) });
}

/** @returns what makes the last part of the line of a decision. A few long strings are far faster than forty short ones */
const decisionPart = oncePer((decision: Decision) => {
  const { segment_name, segment, source, voucher_amount, artifact_version } = decision;
  const currency = currencyOf(decision);
  const afterCountry = whole(
    `,"voucher.source":"${source}","voucher.amount":${voucher_amount}`,
    currency === '' ? '' : `,"voucher.currency":"${currency}"`,
    // The names that OpenTelemetry has for the evaluation of a feature flag; the segment is the flag.
    `,"feature_flag.key":"${segment_name}","feature_flag.result.variant":${jsonText(segment)}`,
    `,"feature_flag.result.reason":"${source === 'default' ? 'default' : 'targeting_match'}"`,
    `,"feature_flag.version":"${artifact_version}","feature_flag.provider.name":"voucher-edge"}`,
  );
  return keepingLast((version: string | undefined, checkAge: number | undefined, country: string) =>
    whole(
      originPart(version, checkAge),
      `,"voucher.country":${jsonText(bounded(country.trim(), LONGEST_COUNTRY))}`,
      afterCountry,
    ),
  );
});

const requestParts = keepingLast((method: string, route: string, status: number): [string, string] => [
  // What is put between quotation marks unescaped was checked or is ours: it needs no escape.
  whole(
    ecsMessage(status < 500 ? 'info' : 'error', `${method} ${route} ${status}`),
    `,"http.request.method":"${method}","http.request.id":"`,
  ),
  whole(`","http.route":"${route}","http.response.status_code":${status},"event.duration":`),
]);

function originPart(version: string | undefined, checkAge: number | undefined): string {
  return version === undefined
    ? ''
    : `,"voucher.artifact_version":"${version}","voucher.check_age":${checkAge}`;
}

/** @returns the pieces as one string: engines keep what + joins as a tree, and would walk through it for each line */
function whole(...pieces: string[]): string {
  return pieces.join('');
}

/** The cause of a failure of the service. A refusal's detail may quote what the client sent, and stays out. */
function failure({ code, status, message, cause }: Problem): Record<string, string | undefined> {
  if (status < 500) return { 'error.code': code };
  if (cause === undefined) return { 'error.code': code, 'error.message': message };
  const { name, message: text, stack } = cause instanceof Error ? cause : new Error(String(cause));
  return { 'error.code': code, 'error.message': text, 'error.type': name, 'error.stack_trace': stack };
}
