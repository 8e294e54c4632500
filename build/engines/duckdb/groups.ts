import { Cube } from '../../../src/core/cube/cube.ts';
import { RowCounter } from '../../../src/core/cube/row-counter.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { amountReader } from '../../../src/core/fields/numbers.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { UNREADABLE } from '../../../src/core/missing.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';
import type { Job } from '../engine.ts';
import { outcomeOf } from '../outcome.ts';
import { BETWEEN_FIELDS, MOST_GROUPS, OUTCOMES } from './query.ts';

/**
 * Adds up the rows of {@link countQuery}; the rare ones, and all countries and amounts, are read by core's rules.
 *
 * @returns null where our reader has to read the file: it has too many rare rows, or values that cannot be read, whose
 *   lines are to be shown, or a quote in a field, which our reader may take for the start of another text
 */
export function countGroups(
  groups: readonly (readonly string[])[],
  { config, layout }: Job,
): { cube: Cube; rows: number } | null {
  if (groups.length > MOST_GROUPS) return null;
  const cube = new Cube(layout);
  const counter = new RowCounter(config, cube, null);
  const readAmount = amountReader(config.numbers);
  let counted = 0;
  for (const [cell, spelling = '', amountText = '', count, withOrders, first, last] of groups) {
    const rows = Number(count);
    counted += rows;
    const group = Number(cell);
    const outcome = group < 0 ? (OUTCOMES[-group] ?? 'rare') : 'kept';
    if (outcome === 'rare') {
      const fields = spelling.split(BETWEEN_FIELDS);
      if (fields.length !== FIELDS.length) return null;
      const row = Object.fromEntries(FIELDS.map((field, at) => [field, fields[at] ?? ''])) as RawRow;
      for (let left = rows; left > 0; left--) counter.onRow(row, 0);
      continue;
    }
    if (`${spelling}${amountText}`.includes('"')) return null;
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
  if (Object.keys(counter.notes.unread).length > 0) return null;
  return { cube, rows: counted };
}
