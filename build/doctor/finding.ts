import type { Movement } from './movement.ts';

export interface Finding {
  disease: string;
  /** Rows that have it; cells for what is wrong with the table, files for what is wrong with whole ones. */
  count: number;
  of: 'rows' | 'cells' | 'periods' | 'files';
  /** Whether the count is estimated from a sample. */
  estimated: boolean;
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

export const MOST_EXAMPLES = 8;

/**
 * @param count of what has the disease
 * @param rest what else is known; without `estimated` it is exact, and without `effect` there is nothing to compare
 * @returns the finding; nothing where nothing has it
 */
export function finding(
  disease: string,
  count: number,
  of: Finding['of'],
  rest: Pick<Finding, 'what' | 'today' | 'remedy' | 'examples'> & Partial<Finding>,
): Finding[] {
  if (count === 0) return [];
  const examples = rest.examples.slice(0, MOST_EXAMPLES);
  return [{ disease, count, of, estimated: false, effect: null, ...rest, examples }];
}
