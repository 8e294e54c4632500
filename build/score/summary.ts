import { formatTime } from '../../src/core/time.ts';
import { integer, percent, printable } from '../cli/format.ts';
import { table } from '../cli/table.ts';
import type { Scores } from './scoring.ts';
import type { SpendLine } from './tally.ts';

const MOST_LINES = 60;
const MONEY = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** @returns an amount of money as 1,234.50, in whatever currency the history is */
export function money(amount: number): string {
  return MONEY.format(amount);
}

/** @returns all that the customers would be given */
export function totalSpend(lines: readonly SpendLine[]): number {
  return lines.reduce((sum, { spend }) => sum + spend, 0);
}

/** @returns what was decided, for people @param asOf seconds */
export function summary(scores: Scores, version: string, asOf: number, milliseconds: number): string {
  const { customers, rejected, example, lines } = scores;
  const refused = Object.values(rejected).reduce((sum, rows) => sum + rows, 0);
  const decided = customers - refused;
  const head = `Scored ${integer(decided)} of ${integer(customers)} customers in ${(milliseconds / 1000).toFixed(1)} s with artifact ${version}, as of ${formatTime(asOf)}\n`;
  const rejects = Object.entries(rejected).map(
    ([code, rows]) => `  ${code}: ${integer(rows)} (${percent(rows / customers)})\n`,
  );
  const reasons =
    refused === 0 ? '' : `\nNot decided: ${integer(refused)}; the first is ${example}\n${rejects.join('')}`;
  return `${head}\n${spendTable(lines)}${reasons}`;
}

function spendTable(lines: readonly SpendLine[]): string {
  const shown = lines
    .slice(0, MOST_LINES)
    .map(({ country, source, customers, spend }) => [
      `  ${printable(country)}`,
      source,
      ...figures(customers, spend),
    ]);
  const customers = lines.reduce((sum, line) => sum + line.customers, 0);
  const total = ['  All', '', ...figures(customers, totalSpend(lines))];
  const more = lines.length - shown.length;
  const rows = [['  Country', 'Source', 'Customers', 'Spend', 'Each'], ...shown, total];
  return table(rows, [2, 3, 4]) + (more > 0 ? `  with ${integer(more)} lines that are not shown\n` : '');
}

function figures(customers: number, spend: number): string[] {
  return [integer(customers), money(spend), customers === 0 ? '-' : money(spend / customers)];
}
