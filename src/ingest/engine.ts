/** Carries out runs. */
export interface RunEngine {
  /** Rejects when there is a run of this id already. */
  start(id: string): Promise<void>;
  /** The state of a run: null if it was never started, or if the engine cannot be asked. */
  status(id: string): Promise<{ over: boolean; status: string } | null>;
  /** Rejects when the run is over. */
  stop(id: string): Promise<void>;
}

/** What a step of a run may take, in milliseconds: five more tries, after 5, 10, 20, 40 and 80 seconds. */
export const STEP_LIMITS = {
  retries: { limit: 5, delay: 5_000, backoff: 'exponential' },
  timeout: 10 * 60_000,
} as const;

const { retries, timeout } = STEP_LIMITS;

/** What an engine may need to begin a try, in milliseconds. */
const SLACK = 60_000;

/** Milliseconds after which a silent run is given up: each try reports, and between two lies at most the longest wait. */
export const LONGEST_SILENCE_MS = timeout + 2 ** (retries.limit - 1) * retries.delay + SLACK;
