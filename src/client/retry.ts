/** The first wait, and the longest that is drawn, in milliseconds. */
const FIRST = 100;
const LONGEST = 10_000;

/** Milliseconds: what setTimeout counts up to. A timer for more goes off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Too many requests, and no artifact or no capacity: what may be different in a moment. */
export function isTransient(status: number): boolean {
  return status === 429 || status === 503;
}

/**
 * @param attempt from 0
 * @param random from 0 up to 1
 * @returns milliseconds: up to twice as many from one attempt to the next, drawn at random, so that clients which
 *   failed together do not come back together ("full jitter": M. Brooker, "Exponential Backoff And Jitter")
 */
export function backoff(attempt: number, random: number): number {
  return Math.min(LONGEST, FIRST * 2 ** attempt) * random;
}

/**
 * @param retryAfter the header of RFC 9110 10.2.3: seconds, or a date
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait; null where the header says nothing
 */
export function retryAfterOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  const text = retryAfter.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // A date begins with the name of a day. Date.parse takes -5 and 0.5 for dates as well.
  const date = /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Waits; a signal ends the wait early. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
