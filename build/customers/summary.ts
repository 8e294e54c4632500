import { formatTime } from '../../src/core/time.ts';
import { integer, money, percent, plural, printable } from '../cli/format.ts';
import { table } from '../cli/table.ts';
import type { Scores } from './scoring.ts';
import type { SpendLine } from './tally.ts';

const MOST_LINES = 60;
/** @returns all that the customers would be given */
export function totalSpend(lines: readonly SpendLine[]): number {
  return lines.reduce((sum, { spend }) => sum + spend, 0);
}

/**
 * @param asOf seconds
 * @param rejectsFile where those without a decision are kept
 * @returns what was decided, for people
 */
export function summary(
  scores: Scores,
  version: string,
  asOf: number,
  milliseconds: number,
  rejectsFile: string | undefined,
): string {
  const { customers, rejected, example, lines } = scores;
  const refused = Object.values(rejected).reduce((sum, rows) => sum + rows, 0);
  const decided = customers - refused;
  const head = `Scored ${integer(decided)} of ${plural(customers, 'customer')} in ${(milliseconds / 1000).toFixed(1)} s with artifact ${version}, as of ${formatTime(asOf)}\n`;
  const rejects = Object.entries(rejected).map(
    ([code, rows]) => `  ${code}: ${integer(rows)} (${percent(rows / customers)})\n`,
  );
  const kept = rejectsFile === undefined ? '  --rejects FILE keeps them, each with its reason\n' : '';
  const reasons =
    refused === 0
      ? ''
      : `\nNot decided: ${integer(refused)}; the first is ${example}\n${rejects.join('')}${kept}`;
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
  return (
    table(rows, { right: [2, 3, 4] }) + (more > 0 ? `  with ${integer(more)} lines that are not shown\n` : '')
  );
}

function figures(customers: number, spend: number): string[] {
  return [integer(customers), money(spend), customers === 0 ? '-' : money(spend / customers)];
}
