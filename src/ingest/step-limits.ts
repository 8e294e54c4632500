/** What a step of a run may take, in milliseconds: five more tries, after 5, 10, 20, 40 and 80 seconds. */
export const STEP_LIMITS = {
  retries: { limit: 5, delay: 5_000, backoff: 'exponential' },
  timeout: 10 * 60_000,
} as const;

const { retries, timeout } = STEP_LIMITS;

/** Milliseconds after which no step goes on: all tries took their time, and each wait was twice the one before it. */
export const LONGEST_STEP_MS = (retries.limit + 1) * timeout + (2 ** retries.limit - 1) * retries.delay;
