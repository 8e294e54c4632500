import { fixedPercent, readable } from '../../src/core/words.ts';
import { duration } from './format.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two pictures of the bar, and between two lines where there is no terminal. */
const BAR_EVERY = 100;
const LINE_EVERY = 10_000;
/** A run that is over sooner than this says nothing; milliseconds. */
const QUIET = 2_000;

/**
 * Says how far a run is: a bar on a terminal, elsewhere a line now and then. It asks the clock when it is told of
 * progress and has no timer of its own, since a busy thread would not let one fire.
 */
export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #clock: () => number;
  readonly #started: number;
  #next: number;
  #bytes = 0;
  #rows = 0;
  #drawn = false;

  /**
   * @param total bytes to read, 0 when that is not known
   * @param clock milliseconds
   */
  constructor(terminal: Terminal, total: number, clock: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#total = total;
    this.#clock = clock;
    this.#started = clock();
    this.#next = this.#started + (terminal.columns() === null ? QUIET : BAR_EVERY);
  }

  /** Takes note of what was read since the last call. */
  advance(bytes: number, rows: number): void {
    this.#bytes += bytes;
    this.#rows += rows;
    const now = this.#clock();
    if (now < this.#next) return;
    const columns = this.#terminal.columns();
    this.#next = now + (columns === null ? LINE_EVERY : BAR_EVERY);
    const words = this.#words(now - this.#started);
    if (columns === null) {
      this.#terminal.err(`${words}\n`);
      return;
    }
    this.#drawn = true;
    this.#terminal.draw(this.#bar(Math.min(30, columns - words.length - 4)) + words.slice(0, columns - 1));
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#drawn) this.#terminal.draw('');
    this.#drawn = false;
  }

  get #share(): number | null {
    return this.#total > 0 ? Math.min(1, this.#bytes / this.#total) : null;
  }

  #words(elapsed: number): string {
    const share = this.#share;
    const speed = `${readable(this.#rows)} rows, ${readable(Math.round((this.#rows * 1000) / elapsed))} rows/s`;
    if (share === null) return speed;
    const left = share > 0 ? `, ${duration((elapsed * (1 - share)) / share)} left` : '';
    return `${fixedPercent(share, 0)}, ${speed}${left}`;
  }

  #bar(cells: number): string {
    const share = this.#share;
    if (share === null || cells < 5) return '';
    const full = Math.round(cells * share);
    return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}] `;
  }
}
