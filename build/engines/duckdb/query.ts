import type { Config } from '../../../src/core/config/config.ts';
import { type CubeLayout, cubeLayout } from '../../../src/core/cube/cube.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import type { Feature } from '../../../src/core/segments/features.ts';
import { LARGEST_EDGE } from '../../../src/core/segments/schema.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';

/** What the query decides of a row: it is kept, dropped, or left to core. */
export const OUTCOMES = [
  'kept',
  'invalid_timestamp',
  'invalid_last_order_ts',
  'negative_days_between_orders',
  'rare',
] as const;
const KEPT = OUTCOMES.indexOf('kept');
const RARE = OUTCOMES.indexOf('rare');

/** A column of a file. */
export interface Column {
  /** SQL of its text, or of null. */
  text: string;
  /** SQL of a TIMESTAMP of UTC, for a column of times; null for one of text. */
  time: string | null;
}

/** As many groups come back at most; rare rows are mostly groups of their own. */
export const MOST_GROUPS = 500_000;

/**
 * Counts the rows of a file. The query reads the texts that nearly all rows are made of: times of the usual forms, plain
 * whole numbers, and empty ones. A row with any other text is grouped as it is written, and core reads it, as it reads
 * all countries and amounts: so the rules are core's alone, and run on few texts rather than on many rows.
 *
 * @returns SQL of the columns outcome (a place in {@link OUTCOMES}), cell (a group of the cube), country, amount, rows,
 *   rows without total_orders, first and last second, and the fields of rare rows
 */
export function countQuery(from: string, columns: Readonly<Record<Field, Column>>, config: Config): string {
  const layout = cubeLayout(config);
  const times: Field[] = ['timestamp', 'last_order_ts', 'first_order_ts'];
  const zeros = `${config.numbers.decimal}0`;
  const isKnown = [...times.map((field) => `known_${field}`), 'known_orders'].join(' AND ');
  // A first order after the row is unknown: division of a negative number would round up to day 0.
  const days = (earlier: string) =>
    `CASE WHEN second >= second_${earlier} THEN (second - second_${earlier}) // ${SECONDS_PER_DAY} ELSE -1 END AS days_${earlier}`;
  const cell = `${periodOf(config)} * ${layout.combinations} + ${addressOf(layout)}`;
  return `
SELECT
  outcome,
  CASE WHEN outcome = ${KEPT} THEN ${cell} END AS cell,
  CASE WHEN outcome <> ${RARE} THEN country_code END AS country,
  CASE WHEN outcome = ${KEPT} THEN voucher_amount END AS amount,
  count(*),
  sum(CASE WHEN outcome = ${KEPT} AND orders IS NULL THEN 1 ELSE 0 END),
  min(CASE WHEN outcome = ${KEPT} THEN second END),
  max(CASE WHEN outcome = ${KEPT} THEN second END),
  ${FIELDS.map((field) => `CASE WHEN outcome = ${RARE} THEN ${field} END AS rare_${field}`).join(',\n  ')}
FROM (
  SELECT *, ${days('last_order_ts')}, ${days('first_order_ts')},
    CASE
      WHEN NOT (${isKnown}) THEN ${RARE}
      WHEN time_timestamp IS NULL THEN ${OUTCOMES.indexOf('invalid_timestamp')}
      WHEN time_last_order_ts IS NULL THEN ${OUTCOMES.indexOf('invalid_last_order_ts')}
      WHEN second < second_last_order_ts THEN ${OUTCOMES.indexOf('negative_days_between_orders')}
      ELSE ${KEPT}
    END AS outcome
  FROM (
    SELECT *,
      epoch_us(time_timestamp) // 1000000 AS second,
      epoch_us(time_last_order_ts) // 1000000 AS second_last_order_ts,
      epoch_us(time_first_order_ts) // 1000000 AS second_first_order_ts,
      ${times.map((field) => `coalesce(${isKnownTime(field, columns[field])}, FALSE) AS known_${field}`).join(',\n      ')},
      (total_orders IS NULL OR total_orders = '' OR CAST(orders AS VARCHAR) IS NOT DISTINCT FROM plain_orders) AS known_orders
    FROM (
      SELECT *,
        ${times.map((field) => `${columns[field].time === null ? `try_cast(${field} AS TIMESTAMP)` : `typed_${field}`} AS time_${field}`).join(',\n        ')},
        try_cast(plain_orders AS UINTEGER) AS orders
      FROM (
        SELECT *, CASE WHEN suffix(total_orders, '${zeros}') THEN left(total_orders, -2) ELSE total_orders END AS plain_orders
        FROM (
          SELECT
            ${FIELDS.flatMap((field) => selected(field, columns[field])).join(',\n            ')}
          FROM ${from}
        )
      )
    )
  )
)
GROUP BY ALL
LIMIT ${MOST_GROUPS + 1}`;
}

function selected(field: Field, { text, time }: Column): string[] {
  return [`${text} AS ${field}`, ...(time === null ? [] : [`${time} AS typed_${field}`])];
}

const DIGITS = (count: number) => '[0-9]'.repeat(count);
const DATE = [DIGITS(4), DIGITS(2), DIGITS(2)].join('-');
const CLOCK = [DIGITS(2), DIGITS(2), DIGITS(2)].join(':');
const SECOND = 'YYYY-MM-DD hh:mm:ss'.length;
/** The forms of times that the query reads, by their length. Texts of other forms are rare. */
const FORMS: readonly [length: number, forms: string[]][] = [
  ['YYYY-MM-DD'.length, [DATE]],
  [SECOND, [`${DATE}[ T]${CLOCK}`]],
  [SECOND + 1, [`${DATE}[ T]${CLOCK}Z`]],
  [SECOND + 4, [`${DATE}[ T]${CLOCK}.${DIGITS(3)}`]],
  [SECOND + 5, [`${DATE}[ T]${CLOCK}.${DIGITS(3)}Z`]],
  [SECOND + 7, [`${DATE}[ T]${CLOCK}.${DIGITS(6)}`]],
  [SECOND + 8, [`${DATE}[ T]${CLOCK}.${DIGITS(6)}Z`]],
];

/**
 * Days that no calendar has are rare texts too, and times before 1970: DuckDB divides negative numbers towards 0. SQL of
 * true, or of false or null: what is compared with a time that could not be read is null.
 */
function isKnownTime(field: Field, { time }: Column): string {
  if (time !== null) {
    return `(time_${field} IS NULL AND ${field} IS NULL OR year(time_${field}) BETWEEN 1970 AND 9999)`;
  }
  const cases = FORMS.map(([length, forms]) => `WHEN ${length} THEN ${field} GLOB '${forms.join()}'`);
  // DuckDB takes the hour 24 for the first of the day after.
  const isTime = `time_${field} >= TIMESTAMP '1970-01-01' AND NOT contains(${field}, '24:00:00') AND CASE strlen(${field}) ${cases.join(' ')} ELSE FALSE END`;
  return `(${field} IS NULL OR ${field} = '' OR ${isTime})`;
}

function periodOf({ period }: Config): string {
  const day = `second // ${SECONDS_PER_DAY}`;
  if (period === 'day') return `(${day})`;
  if (period === 'week') return `((${day} + 3) // 7)`;
  return '((year(time_timestamp) - 1970) * 12 + month(time_timestamp) - 1)';
}

/** The bands of all segments as one number in a cube's group. */
function addressOf({ addresses }: CubeLayout): string {
  const parts = addresses.map(({ feature, addressOf }) => lookup(sqlOf(feature), addressOf));
  return ['0', ...parts].join(' + ');
}

function sqlOf(feature: Feature): string {
  switch (feature) {
    case 'total_orders':
      return 'coalesce(orders, 0)';
    case 'days_since_last_order':
      return 'days_last_order_ts';
    case 'days_since_first_order':
      return 'days_first_order_ts';
    case 'weekday':
      return 'isodow(time_timestamp)';
    case 'hour':
      return 'hour(time_timestamp)';
  }
}

/** A line of a CASE for each range of values with the same result. */
function lookup(value: string, addressOf: (value: number) => number): string {
  const cases: string[] = [];
  let before = addressOf(LARGEST_EDGE + 1);
  for (let at = LARGEST_EDGE; at >= 0; at--) {
    const own = addressOf(at);
    if (own !== before) cases.push(`WHEN ${value} > ${at} THEN ${before}`);
    before = own;
  }
  return `(CASE ${cases.join(' ')} WHEN ${value} >= 0 THEN ${before} ELSE 0 END)`;
}
