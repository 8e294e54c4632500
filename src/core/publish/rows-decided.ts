import { ANY_BAND, JOINT, partsKnown, partsOf } from '../segments/cell-names.ts';
import type { Side } from './compared.ts';

/** The rows of a country by the cell that decides for them, and those that are in none: no row is counted twice. */
interface Decided {
  cells: Map<string, number>;
  left: number;
}

/**
 * The rows that a comparison counts on both sides alike: those of the new artifact, or of the old one for a country
 * that the new one does not have. Where only the old artifact has a cell, the rows that it had are taken from the
 * cell of the new one, or the country, that decides for them now: never more than there are.
 */
export function rowsCompared(old: Side | null, now: Side, fold: string, segment: string): Decided {
  const before = old === null ? null : rowsBySide(old, fold, segment);
  if (now.rows(fold) === undefined && before !== null) return before;
  const decided = rowsBySide(now, fold, segment);
  const cells = new Map(decided.cells);
  let { left } = decided;
  const gone = [...(old?.cells(fold, segment) ?? [])].filter(([cell]) => !cells.has(cell));
  // The coarser ones first: the finer ones take their rows from them.
  for (const [cell, rows] of gone.sort(([a], [b]) => partsKnown(a) - partsKnown(b))) {
    let from = isPrefix(cell) ? coarserThan(cell) : null;
    while (from !== null && !cells.has(from)) from = coarserThan(from);
    const there = from === null ? left : (cells.get(from) ?? 0);
    const moved = isPrefix(cell) ? Math.min(rows, there) : 0;
    if (from === null) left -= moved;
    else cells.set(from, there - moved);
    cells.set(cell, moved);
  }
  return { cells, left };
}

function rowsBySide(side: Side, fold: string, segment: string): Decided {
  const [cells, all] = [side.cells(fold, segment), side.rows(fold) ?? 0];
  if (side.isJoint(segment)) return rowsDecided(cells, all);
  const inCells = [...cells.values()].reduce((sum, rows) => sum + rows, 0);
  return { cells, left: side.hasNoOutside(segment) ? 0 : all - inCells };
}

/**
 * The rows that each combination decides for customers of whom everything is known: its rows without those of the
 * finer combinations, which are asked before it. Combinations that do without a part before one that they have are
 * asked only where something is not known: they decide none.
 *
 * @param rows kept rows by combination
 * @param all kept rows of the country
 * @returns rows by combination, and those that are left to the country
 */
export function rowsDecided(rows: ReadonlyMap<string, number>, all: number): Decided {
  const cells = new Map([...rows].map(([name, count]) => [name, isPrefix(name) ? count : 0]));
  let left = all;
  for (const [name, count] of rows) {
    if (!isPrefix(name)) continue;
    let coarser = coarserThan(name);
    while (coarser !== null && !rows.has(coarser)) coarser = coarserThan(coarser);
    if (coarser === null) left -= count;
    else cells.set(coarser, (cells.get(coarser) ?? 0) - count);
  }
  return { cells, left };
}

function isPrefix(name: string): boolean {
  const parts = partsOf(name);
  const known = parts.findLastIndex((part) => part !== ANY_BAND) + 1;
  return !parts.slice(0, known).includes(ANY_BAND);
}

/** @returns the combination without its last part; null when nothing is left */
function coarserThan(name: string): string | null {
  const parts = partsOf(name);
  const last = parts.findLastIndex((part) => part !== ANY_BAND);
  if (last <= 0) return null;
  return parts.with(last, ANY_BAND).join(JOINT);
}
