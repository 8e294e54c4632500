import type { IsAnswer } from './answers.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
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

/** What Hono's client returns, as far as it is used. */
interface Sent {
  status: number;
  headers: Headers;
  text(): Promise<string>;
}

/** One attempt: its outcome, and for one that may be made again the milliseconds to wait, if the service says so. */
interface Attempt<T> {
  outcome: Outcome<T>;
  again: boolean;
  retryAfter: number | null;
}

/**
 * Makes a call, again and again where the service is busy or has no artifact yet.
 *
 * @param send makes one request; it is given the signal that ends it
 * @param isAnswer whether the JSON of a 200 is what was asked for
 * @param signal the caller's, for the call as a whole
 */
export async function call<T>(
  send: (signal: AbortSignal) => Promise<Sent>,
  isAnswer: IsAnswer<T>,
  calling: Calling,
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome<T>> {
  for (let attempt = 0; ; attempt++) {
    const { outcome, again, retryAfter } = await attemptOnce(send, isAnswer, calling, signal);
    if (!again || attempt >= calling.retries) return outcome;
    const wait = retryAfter ?? backoff(attempt, calling.random());
    if (wait > Math.min(calling.longestWait, LONGEST_TIMER)) return outcome;
    await calling.sleep(wait, signal);
    if (signal.aborted) return aborted(signal);
  }
}

async function attemptOnce<T>(
  send: (signal: AbortSignal) => Promise<Sent>,
  isAnswer: IsAnswer<T>,
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
  try {
    const response = await send(AbortSignal.any([late.signal, signal]));
    const { status, headers } = response;
    const outcome = outcomeOf(status, await response.text(), isAnswer);
    return {
      outcome,
      again: isTransient(status),
      retryAfter: retryAfterOf(headers.get('retry-after'), now()),
    };
  } catch (cause) {
    const outcome = signal.aborted ? aborted<T>(signal) : unanswered<T>(late.signal.aborted, timeout, cause);
    return { outcome, again: false, retryAfter: null };
  } finally {
    answered.abort();
  }
}

function unanswered<T>(isLate: boolean, timeout: number, cause: unknown): Outcome<T> {
  if (isLate) {
    return {
      ok: false,
      problem: { code: 'timeout', detail: `expected an answer within ${timeout} ms, got none` },
    };
  }
  const detail = `expected an answer, got none: ${cause instanceof Error ? cause.message : String(cause)}`;
  return { ok: false, problem: { code: 'network_error', detail, cause } };
}

function aborted<T>({ reason }: AbortSignal): Outcome<T> {
  return { ok: false, problem: { code: 'aborted', detail: 'the caller gave up', cause: reason } };
}
