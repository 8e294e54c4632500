/**
 * Work whose results are wanted in the order in which it was started: a few pieces of it run at a time, and what
 * each gives is settled when all before it are.
 */
export class InOrder {
  readonly #waiting: (() => Promise<void>)[] = [];

  /**
   * Notes how a piece of work is settled.
   *
   * @param most how much may wait before it: others are settled first, while more does
   */
  async add(settle: () => Promise<void>, most: number): Promise<void> {
    while (this.#waiting.length > most) await this.#waiting.shift()?.();
    this.#waiting.push(settle);
  }

  /** Settles all that waits. */
  async end(): Promise<void> {
    for (let settle = this.#waiting.shift(); settle; settle = this.#waiting.shift()) await settle();
  }
}
