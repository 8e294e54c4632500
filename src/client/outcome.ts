import type { ServiceProblem } from './api.ts';

/** Why a call has no answer although the service did not refuse it. */
export interface CallProblem {
  code: /** No connection, or one that broke. */
    | 'network_error'
    /** No whole answer within the time for an attempt. */
    | 'timeout'
    /** The caller's signal. */
    | 'aborted'
    /** An answer that is not the service's, such as the error page of a proxy. */
    | 'unexpected_answer';
  detail: string;
  /** Of an unexpected answer. */
  status?: number;
  cause?: unknown;
}

/** What comes of a call. It is never thrown: `problem.code` tells the cases apart. */
export type Outcome<T> = { ok: true; answer: T } | { ok: false; problem: ServiceProblem | CallProblem };

/** @returns the outcome of a response whose body has been read */
export function outcomeOf<T>(status: number, text: string): Outcome<T> {
  const body = parse(text);
  if (status === 200 && body !== undefined) return { ok: true, answer: body as T };
  if (isProblem(body)) return { ok: false, problem: body };
  const detail = `expected an answer of the voucher service, got ${status} ${JSON.stringify(text.slice(0, 80))}`;
  return { ok: false, problem: { code: 'unexpected_answer', status, detail } };
}

function isProblem(body: unknown): body is ServiceProblem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'detail' in body
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
