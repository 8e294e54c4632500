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

/** A finding besides its count. Without `estimated` the count is exact; without `effect` there is nothing to compare. */
interface Known extends Pick<Finding, 'what' | 'today' | 'remedy' | 'examples'> {
  estimated?: boolean;
  /** Asked only where something has the disease: it takes a while. */
  effect?: () => Finding['effect'];
}

/** @param count of what has the disease @returns the finding; nothing where nothing has it */
export function finding(
  disease: string,
  count: number,
  of: Finding['of'],
  { examples, effect = () => null, ...known }: Known,
): Finding[] {
  if (count === 0) return [];
  const some = examples.slice(0, MOST_EXAMPLES);
  return [{ disease, count, of, estimated: false, ...known, examples: some, effect: effect() }];
}
