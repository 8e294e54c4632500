import type { Config } from '../../../src/core/config/config.ts';
import { type CubeLayout, cubeLayout } from '../../../src/core/cube/cube.ts';
import type { Field } from '../../../src/core/fields/fields.ts';
import type { Feature } from '../../../src/core/segments/features.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';

/** What the query decides of a row: it is kept, dropped, or to be read by our reader, as then is the file. */
export const OUTCOMES = [
  'kept',
  'invalid_timestamp',
  'invalid_last_order_ts',
  'negative_days_between_orders',
  'odd',
] as const;
const [KEPT, NO_TIME, NO_LAST_ORDER, NEGATIVE, ODD] = OUTCOMES.keys();

/** As many groups come back at most. */
export const MOST_GROUPS = 500_000;

const TIMES = ['timestamp', 'last_order_ts', 'first_order_ts'] as const satisfies Field[];

/**
 * Counts the rows of a file. Countries and amounts are grouped as they are written, and core reads them: on few texts rather
 * than on many rows. Odd are times before 1970, as DuckDB divides negative numbers towards 0, and numbers of orders that are
 * none.
 *
 * @param columns SQL of a TIMESTAMP of UTC for each time, of a number for the orders, and of a text for the others
 * @returns SQL of the columns cell (a group of the cube; for rows that are not kept the place in {@link OUTCOMES}, negative),
 *   country, amount, rows, rows with total_orders, first and last second: few keys, as each costs as much as the reading of
 *   a column
 */
export function countQuery(from: string, columns: Readonly<Record<Field, string>>, config: Config): string {
  const layout = cubeLayout(config);
  const cell = `${periodOf(config)} * ${layout.combinations} + ${addressOf(layout)}`;
  return `
SELECT
  CASE WHEN outcome = ${KEPT} THEN ${cell} ELSE -outcome END AS cell,
  coalesce(country_code, '') AS country,
  CASE WHEN outcome = ${KEPT} THEN coalesce(voucher_amount, '') ELSE '' END AS amount,
  count(*),
  count(orders),
  min(second),
  max(second)
FROM (
  SELECT *,
    coalesce(orders, 0) AS orders_or_none,
    (second - second_last_order_ts) // ${SECONDS_PER_DAY} AS days_last_order_ts,
    -- A first order after the row is unknown: division of a negative number would round up to day 0.
    CASE WHEN second >= second_first_order_ts THEN (second - second_first_order_ts) // ${SECONDS_PER_DAY} ELSE -1 END AS days_first_order_ts,
    CASE
      WHEN is_usual IS NOT TRUE THEN ${ODD}
      WHEN second IS NULL THEN ${NO_TIME}
      WHEN second_last_order_ts IS NULL THEN ${NO_LAST_ORDER}
      WHEN second < second_last_order_ts THEN ${NEGATIVE}
      ELSE ${KEPT}
    END AS outcome
  FROM (
    SELECT *,
      ${TIMES.map((field) => `epoch_us(${field}) // 1000000 AS second${field === 'timestamp' ? '' : `_${field}`}`).join(',\n      ')},
      try_cast(total_orders AS UINTEGER) AS orders,
      orders IS NOT DISTINCT FROM total_orders
      ${TIMES.map((field) => `AND (${field} IS NULL OR year(${field}) BETWEEN 1970 AND 9999)`).join('\n      ')} AS is_usual
    FROM (
      SELECT
        ${Object.entries(columns)
          .map(([field, sql]) => `${sql} AS ${field}`)
          .join(',\n        ')}
      FROM ${from}
    )
  )
)
GROUP BY ALL
LIMIT ${MOST_GROUPS + 1}`;
}

function periodOf({ period }: Config): string {
  const day = `second // ${SECONDS_PER_DAY}`;
  if (period === 'day') return `(${day})`;
  if (period === 'week') return `((${day} + 3) // 7)`;
  return '((year(timestamp) - 1970) * 12 + month(timestamp) - 1)';
}

/** The bands of all segments as one number in a cube's group. */
function addressOf({ addresses }: CubeLayout): string {
  const parts = addresses.map(({ feature, table }) => lookup(FEATURE_SQL[feature], table));
  return ['0', ...parts].join(' + ');
}

const FEATURE_SQL: Readonly<Record<Feature, string>> = {
  total_orders: 'orders_or_none',
  days_since_last_order: 'days_last_order_ts',
  days_since_first_order: 'days_first_order_ts',
  weekday: 'isodow(timestamp)',
  hour: 'hour(timestamp)',
};

/** A line of a CASE for each range of values with the same result. @param table the results from 0 on */
function lookup(value: string, table: Int32Array): string {
  const cases = Array.from(table, (own, from) =>
    own === table[from - 1] ? [] : `WHEN ${value} >= ${from} THEN ${own}`,
  );
  return `(CASE ${cases.flat().reverse().join(' ')} ELSE 0 END)`;
}
