/** The longest line that is read, in bytes of UTF-8. */
export const LINE_LIMIT = 64 * 1024;

/** Stands for a line that is longer than {@link LINE_LIMIT}: what it says is not kept. */
export const TOO_LONG = Symbol('too long');

/** Cuts a text that arrives in pieces into its lines, and holds no more than one piece and the start of one line. */
export class Lines {
  #text = '';
  #at = 0;
  #ended = false;
  /** The rest of a line that was too long is passed over. */
  #skipping = false;

  /** Adds the next piece; what the last one held should have been taken. */
  push(piece: string): void {
    this.#text = this.#at === this.#text.length ? piece : this.#text.slice(this.#at) + piece;
    this.#at = 0;
  }

  /** Says that there are no more pieces: what is left is a line too. */
  end(): void {
    this.#ended = true;
  }

  /** @returns the next line without its line end; null when there is none yet, or none any more */
  next(): string | typeof TOO_LONG | null {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#at);
      if (end === -1) return this.#unfinished();
      const line = this.#text.slice(this.#at, end);
      this.#at = end + 1;
      if (!this.#skipping) return isTooLong(line) ? TOO_LONG : line;
      this.#skipping = false;
    }
  }

  #unfinished(): string | typeof TOO_LONG | null {
    const length = this.#text.length - this.#at;
    if (!this.#skipping && length <= LINE_LIMIT && (!this.#ended || length === 0)) return null;
    const line = this.#text.slice(this.#at);
    this.#text = '';
    this.#at = 0;
    if (this.#skipping) return null;
    if (!isTooLong(line)) return line;
    this.#skipping = !this.#ended;
    return TOO_LONG;
  }
}

function isTooLong(line: string): boolean {
  // A UTF-16 unit takes one to three bytes of UTF-8.
  if (line.length * 3 <= LINE_LIMIT) return false;
  return line.length > LINE_LIMIT || new TextEncoder().encode(line).length > LINE_LIMIT;
}
