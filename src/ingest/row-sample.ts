import { FIELDS } from '../core/fields/fields.ts';
import { textHash } from '../core/hash.ts';
import type { RawRow } from '../core/history/clean.ts';

/** Rows whose hash is below a bound, which falls as rows come: of two samples, the part below both bounds can be compared. */
export interface RowSample {
  below: number;
  /** With the number of the file that a row was first seen in. */
  rows: [hash: number, file: number][];
}

/** Rows that a sample of a file keeps, and one of many files. */
export const SAMPLED_ROWS = { file: 1_024, sum: 16_384 } as const;

const ALL = 2 ** 53;
/** Sampled rows from which on a share means something. */
const ENOUGH = 20;

/** Samples the rows of files, in a space that does not grow with them. */
export class RowSampler {
  readonly #most: number;
  readonly #rows = new Map<number, number>();
  #below = ALL;

  constructor(most: number) {
    this.#most = most;
  }

  add(hash: number, file = 0): void {
    if (hash >= this.#below || this.#rows.has(hash)) return;
    this.#rows.set(hash, file);
    if (this.#rows.size > 2 * this.#most) this.#cut();
  }

  /** @param files the number that the first file of the sample has here */
  merge({ below, rows }: RowSample, files = 0): void {
    this.#below = Math.min(this.#below, below);
    for (const [hash, file] of rows) this.add(hash, files + file);
    this.#cut();
  }

  sample(): RowSample {
    this.#cut();
    return { below: this.#below, rows: [...this.#rows] };
  }

  #cut(): void {
    const hashes = [...this.#rows.keys()].sort((a, b) => a - b);
    if (hashes.length > this.#most) this.#below = Math.min(this.#below, hashes[this.#most] as number);
    for (const hash of hashes) if (hash >= this.#below) this.#rows.delete(hash);
  }
}

/** Two files with nearly the same rows, or one with nearly all rows of the other. */
interface Overlap {
  /** The number of the other file. */
  file: number;
  /** The share of the rows of the smaller one that both have. */
  share: number;
}

/**
 * Finds the file among others that a new file shares most rows with: its rows are there already, or those of the other
 * are all in the new one.
 *
 * @returns null where there are too few rows to tell
 */
export function overlapOf(news: RowSample, others: RowSample): Overlap | null {
  const below = Math.min(news.below, others.below);
  const mine = new Set(news.rows.flatMap(([hash]) => (hash < below ? [hash] : [])));
  const byFile = new Map<number, { all: number; shared: number }>();
  for (const [hash, file] of others.rows) {
    if (hash >= below) continue;
    const counts = byFile.get(file) ?? { all: 0, shared: 0 };
    counts.all++;
    if (mine.has(hash)) counts.shared++;
    byFile.set(file, counts);
  }
  let most: Overlap | null = null;
  for (const [file, { all, shared }] of byFile) {
    const rows = Math.min(all, mine.size);
    if (rows >= ENOUGH && shared / rows > (most?.share ?? -1)) most = { file, share: shared / rows };
  }
  return most;
}

/** @returns a number below 2^53 that two rows share only if they have the same fields, as good as always */
export function rowHash(row: RawRow): number {
  // Trimmed: a line end of two characters leaves one of them on the last field.
  return textHash(FIELDS.map((field) => row[field].trim()).join('\n'));
}
