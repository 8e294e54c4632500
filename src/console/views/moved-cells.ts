import type { CellChange, Comparison } from '../../core/publish/comparison.ts';

export interface MovedCells {
  /** The cells that are listed, those that move most money first. */
  listed: CellChange[];
  /** How many there are in all: not the same two numbers where the answer cannot tell. */
  least: number;
  most: number;
}

/** @returns the cells that give another amount: the list of changes also has those of which only the mean moved */
export function movedCells({
  cells,
  changes,
  changes_total,
}: Pick<Comparison, 'cells' | 'changes' | 'changes_total'>): MovedCells {
  const listed = changes.filter(({ amount: served }) => served.before !== served.after);
  if (changes.length === changes_total) return { listed, least: listed.length, most: listed.length };
  // Cells that were added or removed and are not listed may fall back to another answer.
  const comeOrGo = listed.filter(({ kept }) => kept.before === 0 || kept.after === 0).length;
  const silent = changes.filter(({ kept }) => kept.before === 0 || kept.after === 0).length - comeOrGo;
  return {
    listed,
    least: cells.moved + comeOrGo,
    most: cells.moved + cells.added + cells.removed - silent,
  };
}
