import { type IsAnswer, isProblem } from './answers.ts';
import type { ServiceProblem } from './api.ts';

/** Why a call has no answer although the service did not refuse it. */
export interface CallProblem {
  code: /** No connection, or one that broke. */
    | 'network_error'
    /** A request that cannot be written as JSON, such as one with a BigInt; nothing was sent. */
    | 'unwritable_request'
    /** No whole answer within the time for an attempt. */
    | 'timeout'
    /** The caller's signal. */
    | 'aborted'
    /** A redirect, which is not followed. */
    | 'redirected'
    /** An answer that is not the service's, such as the page of a proxy, or JSON without the fields of an answer. */
    | 'unexpected_answer';
  detail: string;
  /** Of an unexpected answer or a redirect. */
  status?: number;
  cause?: unknown;
}

/** The result of a call. It is never thrown: `problem.code` tells the cases apart. */
export type Outcome<T> = { ok: true; answer: T } | { ok: false; problem: ServiceProblem | CallProblem };

/** @returns the outcome of a response whose body has been read */
export function outcomeOf<T>(status: number, text: string, isAnswer: IsAnswer<T>): Outcome<T> {
  const body = parse(text);
  if (status === 200 && isAnswer(body)) return { ok: true, answer: body };
  if (status !== 200 && isProblem(body)) return { ok: false, problem: body };
  const detail = `expected an answer of the voucher service, got ${status} ${JSON.stringify(text.slice(0, 80))}`;
  return { ok: false, problem: { code: 'unexpected_answer', status, detail } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
