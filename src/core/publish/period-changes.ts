import type { Side } from './compared.ts';
import { isSameMoney } from './spend.ts';

/** What the rows of two histories are beside each other, period by period: what a whole history hides, a month shows. */
export interface PeriodChanges {
  /** The rows that the periods of a country have more than before, for countries that were there. */
  added: AddedRows[];
  /** All rows of the periods that both histories cover from beginning to end. */
  covered: { before: number; after: number };
}

interface AddedRows {
  country: string;
  rows: number;
  /** Of their amounts; `before` is that of the rows that were there. */
  mean: { before: number; after: number };
  /** How many rows were there. */
  known: number;
}

/** Rows and the sum of their amounts. */
interface Total {
  rows: number;
  sum: number;
}

/**
 * The statistics tell of the last periods alone, and say nothing of periods where there are very many countries: then
 * nothing is found.
 */
export function periodChanges(old: Side | null, now: Side): PeriodChanges {
  const changes: PeriodChanges = { added: [], covered: { before: 0, after: 0 } };
  if (old === null || old.trend === undefined || old.trend.period !== now.trend?.period) return changes;
  const [oldest = ''] = old.trend.periods;
  // A history that is cut off, such as at a year, has the first of its periods in part.
  const [cut = ''] = now.trend.periods;
  const isCovered = (period: string) =>
    period >= oldest && period > cut && old.trend?.periods.includes(period);
  for (const [fold, country] of new Map([...old.shown, ...now.shown])) {
    const [before, after] = [old.periods(fold), now.periods(fold)];
    const known = totalOf([...before.values()]);
    for (const [period, { rows }] of before) if (isCovered(period)) changes.covered.before += rows;
    const more: Total[] = [];
    for (const [period, total] of after) {
      if (isCovered(period)) changes.covered.after += total.rows;
      const { rows, sum } = before.get(period) ?? { rows: 0, sum: 0 };
      if (period >= oldest && total.rows > rows) more.push({ rows: total.rows - rows, sum: total.sum - sum });
    }
    const added = totalOf(more);
    const currency = { before: old.currency(fold), after: now.currency(fold) };
    if (added.rows === 0 || known.rows === 0 || !isSameMoney(currency)) continue;
    const mean = { before: known.sum / known.rows, after: added.sum / added.rows };
    changes.added.push({ country, rows: added.rows, mean, known: known.rows });
  }
  return changes;
}

function totalOf(totals: readonly Total[]): Total {
  return totals.reduce((all, { rows, sum }) => ({ rows: all.rows + rows, sum: all.sum + sum }), {
    rows: 0,
    sum: 0,
  });
}
