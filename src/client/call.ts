import type { IsAnswer } from './answers.ts';
import { type CallProblem, type Outcome, outcomeOf } from './outcome.ts';
import { backoff, isTransient, LONGEST_TIMER, retryAfterOf, sleep } from './retry.ts';

/** How calls are made; all of it may be replaced. */
export interface Calling {
  /** Milliseconds for each attempt, its answer included; Infinity, and whatever is more than timers have, is no limit. */
  timeout: number;
  /** Attempts after the first one. */
  retries: number;
  /** Milliseconds; who asks for a longer wait with Retry-After is not waited for. */
  longestWait: number;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
}

export const DEFAULTS: Calling = {
  timeout: 5_000,
  retries: 3,
  // The service asks for 60 s once its rate limit is reached; the rest is for clocks that differ.
  longestWait: 65_000,
  sleep,
  now: Date.now,
  random: Math.random,
};

/** One attempt: its outcome, and the least milliseconds before it may be made again; null where that may not be. */
interface Attempt<T> {
  outcome: Outcome<T>;
  wait: number | null;
}

interface Asked<T> {
  /** Makes one request; it is given the signal that ends it. */
  send: (signal: AbortSignal) => Promise<Response>;
  /** What `send` writes as JSON. */
  json?: unknown;
  isAnswer: IsAnswer<T>;
}

/**
 * Makes a call, again and again where the service is busy or has no artifact yet.
 *
 * @param signal the caller's, for the call as a whole
 */
export async function call<T>(
  asked: Asked<T>,
  calling: Calling,
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome<T>> {
  for (let attempt = 0; ; attempt++) {
    const { outcome, wait: least } = await attemptOnce(asked, calling, signal);
    if (least === null || attempt >= calling.retries) return outcome;
    // Never at once: a date in the past or 0 seconds say that the service may be asked, not that it is idle.
    const wait = Math.max(least, backoff(attempt, calling.random()));
    if (wait > Math.min(calling.longestWait, LONGEST_TIMER)) return outcome;
    await calling.sleep(wait, signal);
    if (signal.aborted) return aborted(signal);
  }
}

async function attemptOnce<T>(
  { send, json, isAnswer }: Asked<T>,
  { timeout, sleep, now }: Calling,
  signal: AbortSignal,
): Promise<Attempt<T>> {
  const answered = new AbortController();
  const late = new AbortController();
  if (timeout <= LONGEST_TIMER) {
    void sleep(timeout, answered.signal).then(() => {
      if (!answered.signal.aborted) late.abort();
    });
  }
  function failed(cause: unknown): Outcome<T> {
    if (signal.aborted) return aborted(signal);
    if (late.signal.aborted)
      return unanswered('timeout', `expected an answer within ${timeout} ms, got none`);
    if (isWritable(json))
      return unanswered('network_error', `expected an answer, got none: ${show(cause)}`, cause);
    const detail = `expected a request that can be written as JSON, got one that cannot: ${show(cause)}`;
    return unanswered('unwritable_request', detail, cause);
  }
  try {
    const response = await send(AbortSignal.any([late.signal, signal]));
    const { status, headers } = response;
    if (isRedirect(response)) return { outcome: redirected(response), wait: null };
    const outcome = outcomeOf(status, await response.text(), isAnswer);
    const asked = retryAfterOf(headers.get('retry-after'), now()) ?? 0;
    return { outcome, wait: isTransient(status) ? asked : null };
  } catch (cause) {
    return { outcome: failed(cause), wait: null };
  } finally {
    answered.abort();
  }
}

function unanswered<T>(code: CallProblem['code'], detail: string, cause?: unknown): Outcome<T> {
  return { ok: false, problem: { code, detail, ...(cause !== undefined && { cause }) } };
}

/** A browser shows of a redirect only that it is one. */
function isRedirect({ type, status }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304);
}

/** It is not followed: a POST would become a GET, and a key would go to the host it points to. */
function redirected<T>({ status, headers }: Response): Outcome<T> {
  const place = headers.get('location');
  const to = place === null ? 'another place' : JSON.stringify(place.slice(0, 200));
  const detail = `The URL of the client redirects to ${to}: create the client with the URL of the service.`;
  return { ok: false, problem: { code: 'redirected', status, detail } };
}

function aborted<T>({ reason }: AbortSignal): Outcome<T> {
  return unanswered('aborted', 'the caller gave up', reason);
}

/** Found out only for a request that failed: writing it twice each time would cost those that do not. */
function isWritable(json: unknown): boolean {
  try {
    JSON.stringify(json);
    return true;
  } catch {
    return false;
  }
}

function show(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
