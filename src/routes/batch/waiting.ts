/** How far answers may run ahead of the client's reading. */
export interface Ahead {
  /** Bytes of answers that wait: an answer that others share costs 8, one of its own its text as well. */
  bytes: number;
  /** Milliseconds that a client which has not sent all may leave them waiting once there are so many. */
  patience: number;
  /** Milliseconds, at least, for which a client may neither send nor take answers that wait; at most twice as many. */
  stalled: number;
}

/** Answers on their way from the reading of the body to the client. */
export class Waiting {
  #answers: string[] = [];
  #at = 0;
  /** How many were ever taken. */
  taken = 0;
  /** Characters of texts that were made, now and when nothing waited. */
  readonly #written: () => number;
  #writtenBefore = 0;
  readonly #wake = new Set<() => void>();

  constructor(written: () => number) {
    this.#written = written;
  }

  /** An upper bound of what the answers hold. */
  get bytes(): number {
    return 8 * (this.#answers.length - this.#at) + this.#written() - this.#writtenBefore;
  }

  add(answers: readonly string[]): void {
    if (answers.length === 0) return;
    for (const answer of answers) this.#answers.push(answer);
    this.signal();
  }

  /** Lets go of all that wait for one that is the last. */
  replace(answer: string): void {
    this.#answers = [answer];
    this.#at = 0;
    this.signal();
  }

  /** @returns the next answers as lines, about as many characters as asked for; "" where none wait */
  take(characters: number): string {
    let text = '';
    while (text.length < characters && this.#at < this.#answers.length) {
      text += `${this.#answers[this.#at]}\n`;
      this.#at++;
      this.taken++;
    }
    if (this.#at === this.#answers.length) this.#writtenBefore = this.#written();
    // What was taken is let go of, and not one by one: each time would move all that wait.
    if (this.#at > 4096 && this.#at * 2 > this.#answers.length) {
      this.#answers = this.#answers.slice(this.#at);
      this.#at = 0;
    }
    if (text !== '') this.signal();
    return text;
  }

  get isEmpty(): boolean {
    return this.#at === this.#answers.length;
  }

  /** @returns whether answers were added, asked for or taken within so many milliseconds, or the wait is over */
  changed(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#wake.delete(wake);
        resolve(false);
      }, milliseconds);
      this.#wake.add(wake);
    });
  }

  signal(): void {
    const waiting = [...this.#wake];
    this.#wake.clear();
    for (const wake of waiting) wake();
  }
}
