import { type MoneyLine, sumByUnit, unitKey, unitOf } from '../sum-money.ts';
import type { CountrySpend, Currencies, UnitSpend } from './comparison.ts';

/** Whether amounts before and after can be compared. A currency that one side does not name is that of the other. */
export function isSameMoney({ before, after }: Currencies): boolean {
  return before === after || before === null || after === null;
}

/** @returns the change of an amount as a share of what it was; infinite from 0, and from one currency to another */
export function changeOf(before: number, after: number, currency: Currencies = ONE_MONEY): number {
  if (before === after && (before === 0 || isSameMoney(currency))) return 0;
  if (before === 0 || !isSameMoney(currency)) return Number.POSITIVE_INFINITY;
  return Math.abs(after - before) / before;
}

const ONE_MONEY = { before: null, after: null };

/** Adds spend up by currency. Of a country that goes from one currency to another, each side counts in its own. */
export function spendByUnit(lines: readonly CountrySpend[]): UnitSpend[] {
  return sumByUnit(lines.flatMap(sides), ['before', 'after']);
}

/** Sums of one segment that are shown. */
const MOST_SUMS = 6;

/**
 * @returns the sums to show of a segment: those that change by the largest share, in their order; and how many are left out,
 *   which is never one: to say so takes the room of showing it
 */
export function mostChanged(spend: readonly UnitSpend[]): { shown: UnitSpend[]; more: number } {
  const most = spend.length === MOST_SUMS + 1 ? MOST_SUMS + 1 : MOST_SUMS;
  const share = ({ before, after }: UnitSpend) => changeOf(before, after);
  const shown = new Set(spend.toSorted((a, b) => share(b) - share(a)).slice(0, most));
  return { shown: spend.filter((sum) => shown.has(sum)), more: spend.length - shown.size };
}

function sides({ country, currency, before, after }: CountrySpend): MoneyLine<'before' | 'after'>[] {
  if (isSameMoney(currency)) return [{ country, currency: currency.after ?? currency.before, before, after }];
  return [
    { country, currency: currency.before, before, after: 0 },
    { country, currency: currency.after, before: 0, after },
  ];
}

/** A change of what some rows are given. */
interface Change {
  country: string;
  currency: Currencies;
  rows: number;
  amount: { before: number; after: number };
}

/**
 * Measures changes in something that all currencies have: the average spend of a country on a segment in that currency.
 *
 * @returns a function that says how much money a change moves; among changes of one currency it orders them as their
 *   money does
 */
export function moneyMoved(spend: readonly CountrySpend[]): (change: Change) => number {
  const averages = new Map(
    sumByUnit(
      spend.flatMap((line) => sides(line).map((side) => ({ ...side, rows: line.rows }))),
      ['before', 'after', 'rows'],
    ).map((sum) => [unitKey(sum), (sum.before + sum.after) / Math.max(1, sum.rows) || 1]),
  );
  const inAverages = (amount: number, country: string, currency: string | null) =>
    amount / (averages.get(unitKey(unitOf(country, currency))) ?? 1);
  return ({ country, currency, rows, amount: { before, after } }) =>
    isSameMoney(currency)
      ? rows * inAverages(Math.abs(after - before), country, currency.after ?? currency.before)
      : rows * (inAverages(before, country, currency.before) + inAverages(after, country, currency.after));
}
