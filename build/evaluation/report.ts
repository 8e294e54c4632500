import { entry } from '../../src/core/entry.ts';
import { unitName } from '../../src/core/sum-money.ts';
import { fixedPercent, readable } from '../../src/core/words.ts';
import { money, printable } from '../cli/format.ts';
import { keptColumns, table } from '../cli/table.ts';
import { wrap } from '../cli/wrap.ts';
import { driftTable } from '../report/drift-table.ts';
import type { Evaluation, Result } from './evaluation.ts';
import { HIDE_ONE_IN } from './hidden.ts';
import { ranked } from './recommend.ts';
import { isSame, type Strategy } from './strategies.ts';

const LEGEND =
  'The first line is the baseline: the mean by country and recency. Its median and its mode follow, then what the ' +
  'config answers with; then the best settings. A ratio compares with the baseline. Customers in no band of a ' +
  'segment get the amount of their country, as with "fallback": ["country"]. MAE and RMSE are shares of the average amount that was given in the same ' +
  'currency, so that currencies can be put together. Spend: what all ' +
  'customers would be given, as a share of what they were given.';
/** The column is left out where the window is narrow. */
const ANSWERED = ' Answered: customers whom the segment itself answers.';
/** Settings that are listed for each question; --json has them all. */
const MOST_RESULTS = 12;

/**
 * @param served what the config answers with when a request names no segment
 * @param columns the width that tables may take
 * @returns an evaluation for people
 */
export function report(evaluation: Evaluation, served: Strategy, columns: number): string {
  return [
    foldTable(evaluation),
    resultTable(evaluation.results, served, columns),
    moneyTable(evaluation.results),
    imputationTable(evaluation),
    driftTable(evaluation.drift, 'from training to test'),
  ].join('\n');
}

function foldTable({ folds }: Evaluation): string {
  const lines = folds.map(({ name, train_rows, test_rows }) => [
    `  ${name}`,
    readable(train_rows),
    readable(test_rows),
  ]);
  return table([['  Tested from', 'Rows before, trained on', 'Rows tested'], ...lines], { right: [1, 2] });
}

function resultTable(results: readonly Result[], served: Strategy, columns: number): string {
  const [first] = results;
  if (first === undefined) return '';
  // These are always listed: improvements are measured by them.
  const { segment, imputation } = first;
  const wanted: Strategy[] = [
    { segment, statistic: 'median', imputation },
    { segment, statistic: 'mode', imputation },
    served,
  ];
  const always = new Set([
    first,
    ...wanted.flatMap((strategy) => results.find((result) => isSame(result, strategy)) ?? []),
  ]);
  const best = onePerStatistic(ranked(results)).filter(
    (one) =>
      ![...always].some((result) => result.segment === one.segment && result.statistic === one.statistic),
  );
  const [squared] = best.toSorted((a, b) => a.rmse - b.rmse);
  const [exact] = best.toSorted((a, b) => b.exact - a.exact);
  const shown = new Set([...best.slice(0, MOST_RESULTS), squared, exact]);
  const errors = ['MAE', 'ratio', 'RMSE', 'ratio', 'Exact', 'ratio'];
  const head = ['  Segment', 'Statistic', 'Imputation', ...errors, 'Answered', 'Spend'];
  const lines = [...always, ...best.filter((result) => shown.has(result))].map((result) => [
    `  ${result.segment}`,
    result.statistic,
    result.imputation,
    fixedPercent(result.mae),
    factor(result.ratio.mae),
    fixedPercent(result.rmse),
    factor(result.ratio.rmse),
    fixedPercent(result.exact, 2),
    factor(result.ratio.exact),
    fixedPercent(result.coverage.segment),
    fixedPercent(result.spend),
  ]);
  const left = results.length - lines.length;
  const rows = [head, ...lines];
  const spare = [2, 6, 8, 9, 4];
  const text = table(rows, { right: [3, 4, 5, 6, 7, 8, 9, 10], spare, columns });
  const answered = keptColumns(rows, columns, spare).includes(head.indexOf('Answered')) ? ANSWERED : '';
  return (
    `${text}\n  ${wrap(LEGEND + answered, 2)}\n` +
    (left > 0 ? `  ${left} more settings are in --json.\n` : '')
  );
}

/** Currencies that are shown; --json has all. */
const MOST_UNITS = 12;

/** The errors of the baseline and of the best setting in money: there is no sum over currencies. */
function moneyTable(results: readonly Result[]): string {
  const [first] = results;
  const [best] = ranked(results);
  if (first === undefined || best === undefined) return '';
  const head = ['  In money', 'Rows', 'MAE of the baseline', 'of the best', 'Spend of the best', 'Given'];
  const lines = best.by_currency
    .slice(0, MOST_UNITS)
    .map((sum, index) => [
      `  ${printable(unitName(sum))}`,
      readable(sum.rows),
      money(entry(first.by_currency, index).mae),
      money(sum.mae),
      money(sum.expected_spend),
      money(sum.real_spend),
    ]);
  const more = best.by_currency.length - lines.length;
  return (
    table([head, ...lines], { right: [1, 2, 3, 4, 5] }) + (more > 0 ? `  ${more} more are in --json.\n` : '')
  );
}

/** Of the imputations of one segment and statistic the best alone: often they differ in nothing that is shown. */
function onePerStatistic(results: readonly Result[]): Result[] {
  const alike = Map.groupBy(results, ({ segment, statistic }) => `${segment} ${statistic}`);
  return [...alike.values()].flatMap(([best]) => best ?? []);
}

function factor(value: number | null): string {
  return value === null ? '-' : value.toFixed(4);
}

function imputationTable({ imputations }: Evaluation): string {
  const lines = imputations.map(({ imputation, hidden, mae, rmse }) => [
    `  ${imputation}`,
    readable(hidden),
    mae === null ? '-' : fixedPercent(mae),
    rmse === null ? '-' : fixedPercent(rmse),
  ]);
  const head = `  Imputation (1 in ${HIDE_ONE_IN} known amounts hidden)`;
  return table([[head, 'Hidden', 'MAE', 'RMSE'], ...lines], { right: [1, 2, 3] });
}
