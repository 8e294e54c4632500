import { type CubeLayout, MOST_CELLS } from '../../../../src/core/cube/cube.ts';
import { SECONDS_TO_EPOCH } from './calendar.ts';
import { literal } from './literals.ts';
import { type CubeSource, defineRules, finalReason, reasonCode } from './rules.ts';
import { trimmed } from './text.ts';

/** The most rows that the query gives: a cube of so many is past core's MOST_CELLS, and this bounds the answer. */
export const MOST_ROWS = 2 * MOST_CELLS;

/** As core's parseAmount. The number is core's to make, so that every engine has the same bits: see {@link cubeQuery}. */
const AMOUNT = '^[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?$';

/**
 * @returns the query of the cube: kilobytes come back, whatever it reads. result.ts reads its columns. It groups rows by
 *   country and amount as they are written, and only then trims them. An amount stays text, of which core makes the
 *   number, so that every engine has the same bits; a country is the hexadecimal of its bytes, which need not be UTF-8.
 */
export function cubeQuery(source: CubeSource, layout: CubeLayout): string {
  const { steps, timestamp, country, amount, reason, group, filled, strange } = defineRules(source, layout);
  const where = source.where === null ? '' : `\nWHERE ${source.where}`;
  const wanted = [timestamp, country, amount, reason, group, filled, strange];
  const from = source.distributed ? `${source.from}${where}` : steps.nested(`${source.from}${where}`, wanted);
  const trimmedAmount = trimmed(amount);
  // Under their own names: 18.16 loses a name that stands for another one on its way between servers.
  const keys = [country, amount, reason, group];
  return `SELECT
  hex(cell_country) AS country,
  toString(${finalReason('cell_reason', 'cell_country')}) AS reason,
  toString(cell_group) AS address,
  cell_amount AS amount,
  toString(sum(cell_rows)) AS rows,
  toString(sum(cell_filled)) AS filled,
  toString(min(cell_first)) AS first,
  toString(max(cell_last)) AS last,
  toString(max(cell_strange)) AS strange
FROM (
SELECT
  if(${reason} = ${reasonCode('malformed_row')}, '', ${trimmed(source.restored?.(country) ?? country)}) AS cell_country,
  ${reason} AS cell_reason,
  ${group} AS cell_group,
  if(${reason} = 0 AND match(${trimmedAmount}, ${literal(AMOUNT)}), ${trimmedAmount}, '') AS cell_amount,
  cell_rows,
  cell_filled,
  cell_first,
  cell_last,
  cell_strange
FROM (
${source.distributed ? `${steps.with()}\n` : ''}SELECT
  ${keys.join(',\n  ')},
  count() AS cell_rows,
  sum(${filled}) AS cell_filled,
  min(${timestamp}) - ${SECONDS_TO_EPOCH} AS cell_first,
  max(${timestamp}) - ${SECONDS_TO_EPOCH} AS cell_last,
  max(${strange}) AS cell_strange
FROM ${from}
GROUP BY ${keys.join(', ')}
)
)
GROUP BY cell_country, cell_reason, cell_group, cell_amount
LIMIT ${MOST_ROWS}`;
}
