import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { amountReader } from '../../../src/core/fields/numbers.ts';
import { UNREADABLE } from '../../../src/core/missing.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';
import type { Job } from '../engine.ts';
import { outcomeOf } from '../outcome.ts';
import { MOST_GROUPS, OUTCOMES } from './query.ts';

/**
 * Adds up the rows of {@link countQuery}; countries and amounts are read by core's rules.
 *
 * @returns null where our reader has to read the file: it has too many groups, odd rows, or amounts that cannot be read, whose
 *   lines are to be shown, or a quote in a field, which our reader may take for the start of another text
 */
export function countGroups(
  groups: readonly (readonly string[])[],
  { config }: Job,
): { cube: Cube; rows: number } | null {
  if (groups.length > MOST_GROUPS) return null;
  const cube = new Cube(cubeLayout(config));
  const readAmount = amountReader(config.numbers);
  let counted = 0;
  for (const [cell, spelling = '', amountText = '', count, withOrders, first, last] of groups) {
    const rows = Number(count);
    counted += rows;
    const group = Number(cell);
    const outcome = group < 0 ? (OUTCOMES[-group] ?? 'odd') : 'kept';
    if (outcome === 'odd' || `${spelling}${amountText}`.includes('"')) return null;
    const { country, reason } = outcomeOf(outcome === 'kept' ? null : outcome, spelling);
    if (reason !== null) {
      cube.drop(country, reason, rows);
      continue;
    }
    const amount = readAmount(amountText);
    if (amount === UNREADABLE) return null;
    cube.addCells(country, [group, Number.isFinite(amount) ? amount : MISSING_AMOUNT, rows]);
    cube.addCleaning(country, { dropped: {}, totalOrdersFilled: rows - Number(withOrders), unreadable: {} });
    cube.span(Number(first), Number(last));
  }
  return { cube, rows: counted };
}
