import { FIELDS } from '../../../../src/core/config/config.ts';
import type { CubeLayout } from '../../../../src/core/cube/cube.ts';
import { type CubeSource, defineRules } from './rules.ts';
import { whole } from './text.ts';

/**
 * @param source its `from` has, besides the columns, the `number` of a row, and of CSV the `line`
 * @returns the query of the rows that are dropped, in their order: number, reason (see {@link defineRules}), 1 where the
 *   country is missing, and the line, or the fields
 */
export function rejectsQuery(source: CubeSource, layout: CubeLayout, isCsv: boolean): string {
  const { steps, raw, reason, country } = defineRules(source, layout);
  const number = steps.define('number', 'number');
  const isMissing = steps.define('missing', `match(${country}, ${whole('')})`);
  const fields = isCsv ? [steps.define('line', 'line')] : FIELDS.map((field) => raw[field].sql);
  const where = source.where === null ? '' : `\nWHERE ${source.where}`;
  const shown = isCsv ? fields : fields.map((field) => `ifNull(toString(${field}), '')`);
  const from = steps.nested(`${source.from}${where}`, [number, reason, isMissing, ...fields]);
  const row = [number, reason, isMissing].map((value) => `toString(${value})`);
  // Gathered rather than filtered: a WHERE would have ClickHouse work out the rules in another order, ten times as slowly.
  const gathered = `groupArrayIf([${[...row, ...shown].join(', ')}], bitOr(${reason} != 0, ${isMissing}))`;
  const columns = [...row, ...shown].map((_, index) => `reject[${index + 1}]`);
  return `SELECT ${columns.join(', ')}
FROM (
SELECT arrayJoin(${gathered}) AS reject
FROM ${from}
)`;
}
