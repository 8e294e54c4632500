import type { Movement } from './movement.ts';

/** A disease that a history has. */
export interface Finding {
  disease: string;
  /** Rows that have it; cells for what is wrong with the table, files for what is wrong with whole ones. */
  count: number;
  of: 'rows' | 'cells' | 'periods' | 'files';
  /** Whether the count is estimated from a sample. */
  estimated: boolean;
  /** What is wrong, in a sentence. */
  what: string;
  /** What a build makes of it. */
  today: string;
  /** What to do about it. */
  remedy: string;
  /** Where the first are: file:line, amounts, names. */
  examples: string[];
  /** What would become of the answers `if` the rows were treated in another way; null where that cannot be said. */
  effect: (Movement & { if: string }) | null;
}
