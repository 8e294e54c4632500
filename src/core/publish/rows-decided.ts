import { ANY_BAND, JOINT } from '../segments/ladder.ts';

/**
 * The rows that each combination decides for customers of whom everything is known: its rows without those of the
 * finer combinations, which are asked before it. Combinations that do without a part before one that they have are
 * asked only where something is not known: they decide none.
 *
 * @param rows kept rows by combination
 * @param all kept rows of the country
 * @returns rows by combination, and those that are left to the country
 */
export function rowsDecided(
  rows: ReadonlyMap<string, number>,
  all: number,
): { cells: Map<string, number>; left: number } {
  const cells = new Map([...rows].map(([name, count]) => [name, isPrefix(name) ? count : 0]));
  let left = all;
  for (const [name, count] of rows) {
    if (!isPrefix(name)) continue;
    let coarser = coarserThan(name);
    while (coarser !== null && !rows.has(coarser)) coarser = coarserThan(coarser);
    if (coarser === null) left -= count;
    else cells.set(coarser, (cells.get(coarser) ?? 0) - count);
  }
  // The two artifacts may disagree about the rows of a cell that only one of them has.
  return {
    cells: new Map([...cells].map(([name, count]) => [name, Math.max(0, count)])),
    left: Math.max(0, left),
  };
}

function isPrefix(name: string): boolean {
  const parts = name.split(JOINT);
  const known = parts.findLastIndex((part) => part !== ANY_BAND) + 1;
  return !parts.slice(0, known).includes(ANY_BAND);
}

/** @returns the combination without its last part; null when nothing is left */
function coarserThan(name: string): string | null {
  const parts = name.split(JOINT);
  const last = parts.findLastIndex((part) => part !== ANY_BAND);
  if (last <= 0) return null;
  return parts.with(last, ANY_BAND).join(JOINT);
}
