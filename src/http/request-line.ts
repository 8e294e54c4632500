import { bounded, ecsHead, ecsTail, jsonText } from '../platform/ecs.ts';
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
  const { id, now, version, checkAge, decision, batch } = exchange;
  const level = status < 500 ? 'info' : 'error';
  // What is put between quotation marks unescaped was checked or is ours: it needs no escape.
  const head = `${ecsHead(now, level, `${method} ${route} ${status}`)},"http.request.method":"${method}","http.request.id":"${id}","http.route":"${route}","http.response.status_code":${status},"event.duration":${Math.round(duration * 1e6)}`;
  const line =
    version === undefined
      ? head
      : `${head},"voucher.artifact_version":"${version}","voucher.check_age":${checkAge}`;
  if (problem !== undefined) return line + ecsTail({ ...failure(problem), ...batchFields(batch) });
  if (batch !== undefined) return line + ecsTail(batchFields(batch));
  if (decision === undefined) return `${line}}`;
  const country = jsonText(bounded((exchange.country ?? '').trim(), LONGEST_COUNTRY));
  const { segment_name, segment, source, voucher_amount } = decision;
  const currency = currencyOf(decision);
  const money = `"voucher.amount":${voucher_amount}${currency === '' ? '' : `,"voucher.currency":"${currency}"`}`;
  // The names that OpenTelemetry has for the evaluation of a feature flag; the segment is the flag.
  const reason = source === 'default' ? 'default' : 'targeting_match';
  const flag = `"feature_flag.key":"${segment_name}","feature_flag.result.variant":${jsonText(segment)},"feature_flag.result.reason":"${reason}","feature_flag.version":"${version}","feature_flag.provider.name":"voucher-edge"`;
  return `${line},"voucher.country":${country},"voucher.rung":"${source}",${money},${flag}}`;
}

/** The cause of a failure of the service. A refusal's detail may quote what the client sent, and stays out. */
function failure({ code, status, message, cause }: Problem): Record<string, string | undefined> {
  if (status < 500) return { 'error.code': code };
  if (cause === undefined) return { 'error.code': code, 'error.message': message };
  const { name, message: text, stack } = cause instanceof Error ? cause : new Error(String(cause));
  return { 'error.code': code, 'error.message': text, 'error.type': name, 'error.stack_trace': stack };
}
