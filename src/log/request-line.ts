import type { Problem } from '../http/problem.ts';
import type { Facts } from '../http/reply.ts';
import { bounded, ecsLine } from './ecs.ts';

/** What is known of a request when it has been answered. */
export interface RequestRecord {
  method: string;
  /** The pattern of the route, never the path as sent: a path may hold anything. */
  route: string;
  status: number;
  /** Milliseconds since the epoch. */
  now: number;
  /** Milliseconds. */
  duration: number;
  requestId: string;
  facts: Facts;
  problem: Problem | undefined;
}

/** As long as any country's name; clients may send what they like. */
const LONGEST_COUNTRY = 64;

/**
 * @returns the line of JSON for a request, by the names of the Elastic Common Schema; `voucher.*` are ours. Nothing
 *   in it says which customer it was.
 */
export function requestLine(record: RequestRecord): string {
  const { method, route, status, problem } = record;
  const { version, decided } = record.facts;
  return JSON.stringify({
    ...ecsLine(record.now, status < 500 ? 'info' : 'error', `${method} ${route} ${status}`),
    'http.request.method': method,
    'http.request.id': record.requestId,
    'http.route': route,
    'http.response.status_code': status,
    'event.duration': Math.round(record.duration * 1e6),
    'voucher.artifact_version': version,
    'voucher.country': decided && bounded(decided.country.trim(), LONGEST_COUNTRY),
    'voucher.segment_name': decided?.decision.segment_name,
    'voucher.band': decided?.decision.segment,
    'voucher.rung': decided?.decision.source,
    'error.code': problem?.code,
    ...(status >= 500 && problem && behind(problem)),
  });
}

/** What is behind a failure of the service. A refusal's detail may quote what the client sent, and stays out. */
function behind({ message, cause }: Problem): Record<string, string | undefined> {
  if (cause === undefined) return { 'error.message': message };
  if (!(cause instanceof Error)) return { 'error.message': String(cause) };
  return { 'error.message': cause.message, 'error.type': cause.name, 'error.stack_trace': cause.stack };
}
