import { sleep } from '../platform/clock.ts';

/** Some five milliseconds of work, counted in entries of a batch that are answered. */
const TURN = 5_000;

/** What refusing an entry costs, with its sentences, in entries that are answered. */
export const REFUSAL = 10;

/** What reading or writing a piece of a stream costs, in entries that are answered. */
export const streamed = (bytes: number): number => 1 + bytes / 256;

/**
 * Lets other requests have their turn during long work. An isolate does one thing at a time, and where the next piece of a
 * body is there already, runtimes hand it over before they look at another connection or at a timer. Work is counted
 * rather than timed, as the clock of Workers stands still until there is I/O.
 *
 * @example
 * for (const entry of entries) {
 *   answer(entry);
 *   turns.spend(1);
 *   if (turns.isOver) await turns.next();
 * }
 */
export class Turns {
  #left = TURN;

  get isOver(): boolean {
    return this.#left <= 0;
  }

  /** @param work in entries that are answered */
  spend(work: number): void {
    this.#left -= work;
  }

  /** Resolves once others had theirs. */
  async next(): Promise<void> {
    this.#left = TURN;
    await sleep(0);
  }
}
