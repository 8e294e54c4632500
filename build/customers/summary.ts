import { type MoneySum, sumByUnit, type Unit, unitName, unitOf } from '../../src/core/sum-money.ts';
import { formatTime } from '../../src/core/time.ts';
import { fixedPercent, plural, readable } from '../../src/core/words.ts';
import { money, printable, took } from '../cli/format.ts';
import { table } from '../cli/table.ts';
import type { Scores } from './scoring.ts';
import type { SpendLine } from './tally.ts';

const MOST_LINES = 60;

/** Sums of currencies that are shown; JSON has all. */
const MOST_SUMS = 20;

/** @returns what the customers would be given, by currency, and in a country without one alone */
export function spendSums(lines: readonly SpendLine[]): MoneySum<'customers' | 'spend'>[] {
  return sumByUnit(lines, ['customers', 'spend']);
}

/**
 * @param asOf seconds
 * @param rejectsFile where those without a decision are kept
 * @returns what was decided, for people
 */
export function scoreSummary(
  scores: Scores,
  version: string,
  asOf: number,
  milliseconds: number,
  rejectsFile: string | undefined,
): string {
  const { customers, rejected, example, lines } = scores;
  const refused = Object.values(rejected).reduce((sum, rows) => sum + rows, 0);
  const decided = customers - refused;
  const head = `Scored ${readable(decided)} of ${plural(customers, 'customer')} in ${took(milliseconds)} with artifact ${version}, as of ${formatTime(asOf)}\n`;
  const rejects = Object.entries(rejected).map(
    ([code, rows]) => `  ${code}: ${readable(rows)} (${fixedPercent(rows / customers)})\n`,
  );
  const kept = rejectsFile === undefined ? '  --rejects FILE keeps them, each with its reason\n' : '';
  const reasons =
    refused === 0
      ? ''
      : `\nNot decided: ${readable(refused)}; the first is ${example}\n${rejects.join('')}${kept}`;
  return `${head}\n${spendTable(lines)}${reasons}`;
}

function spendTable(lines: readonly SpendLine[]): string {
  const shown = lines
    .slice(0, MOST_LINES)
    .map(({ country, currency, source, customers, spend }) => [
      `  ${printable(country)}`,
      source,
      ...figures(customers, spend, currency),
    ]);
  const more = lines.length - shown.length;
  const rows = [['  Country', 'Source', 'Customers', 'Spend', 'Each'], ...shown, ...totals(lines)];
  return (
    table(rows, { right: [2, 3, 4] }) +
    (more > 0 ? `  with ${readable(more)} lines that are not shown\n` : '')
  );
}

/** A line for each currency that has several, and one for all customers: with their spend where there is one currency. */
function totals(lines: readonly SpendLine[]): string[][] {
  const sums = spendSums(lines);
  const customers = sums.reduce((all, sum) => all + sum.customers, 0);
  const [only] = sums;
  if (only !== undefined && sums.length === 1)
    return [['  All', '', ...figures(customers, only.spend, only.currency)]];
  const count = (sum: Unit) =>
    lines.filter(({ country, currency }) => unitName(unitOf(country, currency)) === unitName(sum)).length;
  const each = sums
    .filter((sum) => count(sum) > 1)
    .slice(0, MOST_SUMS)
    .map((sum) => [
      `  All in ${printable(unitName(sum))}`,
      '',
      ...figures(sum.customers, sum.spend, sum.currency),
    ]);
  return [...each, ['  All', '', readable(customers), '-', '-']];
}

function figures(customers: number, spend: number, currency: string | null): string[] {
  const each = customers === 0 ? '-' : money(spend / customers, currency);
  return [readable(customers), money(spend, currency), each];
}
