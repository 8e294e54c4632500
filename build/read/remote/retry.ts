import { setTimeout } from 'node:timers/promises';
import { DataError } from '../../../src/core/errors.ts';

/** Attempts in a row that may fail. */
const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** Bytes after which a connection that is lost is not counted with those before it. */
const PROGRESS = 1 << 20;

/** A failure that may pass. */
export class Passing extends Error {
  /** Milliseconds that the server asks to wait. */
  readonly wait: number;

  constructor(message: string, wait = 0) {
    super(message);
    this.wait = wait;
  }
}

/** Errors of a connection that another attempt may not meet. */
const PASSING: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

/** Counts failed attempts, and waits between them: twice as long each time, and a little apart from other readers. */
export class Attempts {
  #failed = 0;
  #bytes = 0;

  /** Notes bytes that came: many of them make the failures before them forgotten. */
  advance(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Waits before the next attempt. @throws DataError with the error, if it will not pass or there were too many */
  async after(error: unknown): Promise<void> {
    if (this.#bytes >= PROGRESS) this.#failed = 0;
    this.#bytes = 0;
    if (!isPassing(error)) throw asDataError(error, '');
    if (++this.#failed >= MOST_ATTEMPTS) throw asDataError(error, `, in ${MOST_ATTEMPTS} attempts`);
    const wait = FIRST_WAIT_MS * 2 ** (this.#failed - 1) * (1 + Math.random() / 4);
    const asked = error instanceof Passing ? error.wait : 0;
    await setTimeout(Math.min(LONGEST_WAIT_MS, Math.max(wait, asked)));
  }
}

/** Does some work, again while what it fails of may pass. */
export async function attempted<T>(work: () => Promise<T>): Promise<T> {
  const attempts = new Attempts();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await attempts.after(error);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof Passing) return true;
  return error instanceof Error && 'code' in error && PASSING.has(String(error.code));
}

/** What a connection fails of is no mistake of the program. */
function asDataError(error: unknown, attempts: string): unknown {
  if (error instanceof Passing) return new DataError(error.message + attempts);
  if (error instanceof DataError || !(error instanceof Error) || !('code' in error)) return error;
  return new DataError(`the server cannot be read from (${error.message || String(error.code)})${attempts}`, {
    cause: error,
  });
}
