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
const [KEPT, NO_TIME, NO_LAST_ORDER, NEGATIVE, RARE] = OUTCOMES.keys();

export interface Column {
  /** SQL of its text, or of null. */
  text: string;
  /** SQL of a TIMESTAMP of UTC, for a column of times; null for one of text. */
  time: string | null;
}

/** As many groups come back at most; rare rows are mostly groups of their own. */
export const MOST_GROUPS = 500_000;

/** Between the fields of a rare row: a file whose fields have quotes is for our reader. */
export const BETWEEN_FIELDS = '"';

const TIMES = ['timestamp', 'last_order_ts', 'first_order_ts'] as const satisfies Field[];

/**
 * Counts the rows of a file. The query reads the texts that nearly all rows are made of: times of the usual forms, plain
 * whole numbers, and empty ones. A row with any other text is grouped as it is written, and core reads it, as it reads
 * all countries and amounts: so the rules are core's alone, and run on few texts rather than on many rows.
 *
 * @returns SQL of the columns cell (a group of the cube; for rows that are not kept the place in {@link OUTCOMES}, negative),
 *   country (of a rare row its six fields in one text), amount, rows, rows with total_orders, first and last second: few
 *   keys, as each costs as much as the reading of a column
 */
export function countQuery(from: string, columns: Readonly<Record<Field, Column>>, config: Config): string {
  const layout = cubeLayout(config);
  const isKnown = [...TIMES.map((field) => isKnownTime(field, columns[field])), isKnownNumber(config)];
  const cell = `${periodOf(config)} * ${layout.combinations} + ${addressOf(layout)}`;
  // Each step of the query is cheap for a row of the usual texts: this is most of what the engine's time goes into.
  return `
SELECT
  CASE WHEN outcome = ${KEPT} THEN ${cell} ELSE -outcome END AS cell,
  CASE WHEN outcome = ${RARE} THEN concat_ws('${BETWEEN_FIELDS}', ${FIELDS.join(', ')}) ELSE country_code END AS country,
  CASE WHEN outcome = ${KEPT} THEN voucher_amount ELSE '' END AS amount,
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
      WHEN is_known AND second >= second_last_order_ts THEN ${KEPT}
      WHEN is_known IS NOT TRUE THEN ${RARE}
      WHEN second IS NULL THEN ${NO_TIME}
      WHEN second_last_order_ts IS NULL THEN ${NO_LAST_ORDER}
      ELSE ${NEGATIVE}
    END AS outcome
  FROM (
    SELECT *,
      ${TIMES.map((field) => `epoch_us(time_${field}) // 1000000 AS second${field === 'timestamp' ? '' : `_${field}`}`).join(',\n      ')},
      ${isKnown.join('\n      AND ')} AS is_known
    FROM (
      SELECT *,
        ${TIMES.map((field) => `${columns[field].time === null ? `try_cast(${field} AS TIMESTAMP)` : `typed_${field}`} AS time_${field}`).join(',\n        ')},
        try_cast(${config.numbers.decimal === '.' ? 'total_orders' : `replace(total_orders, '${config.numbers.decimal}', '.')`} AS UINTEGER) AS orders
      FROM (
        SELECT
          ${FIELDS.flatMap((field) => selected(field, columns[field])).join(',\n          ')}
        FROM ${from}
      )
    )
  )
)
GROUP BY ALL
LIMIT ${MOST_GROUPS + 1}`;
}

function selected(field: Field, { text, time }: Column): string[] {
  return [`coalesce(${text}, '') AS ${field}`, ...(time === null ? [] : [`${time} AS typed_${field}`])];
}

/**
 * The number as DuckDB would write it, with or without a zero after the mark. Nothing else that DuckDB takes for a number
 * is this text.
 */
function isKnownNumber({ numbers }: Config): string {
  const written = 'CAST(orders AS VARCHAR)';
  const withZero = `suffix(total_orders, '${numbers.decimal}0')`;
  return `(CASE
        WHEN orders < 10 AND strlen(total_orders) = 1 THEN TRUE
        WHEN orders < 10 AND strlen(total_orders) = 3 THEN ${withZero}
        WHEN orders BETWEEN 10 AND 99 AND strlen(total_orders) = 4 THEN ${withZero}
        WHEN orders IS NULL THEN total_orders = ''
        ELSE total_orders IN (${written}, ${written} || '${numbers.decimal}0')
      END)`;
}

const DIGIT = '[0-9]';
/**
 * DuckDB takes nothing but a digit for a ?, as the marks between are where they are. Elsewhere it takes a space for a
 * digit, or a zone. It also takes the hour 24 for the first of the day after.
 */
const DATE = `????-??-?${DIGIT}`;
const clocks = (rest: string) => ['[01]?', '2[0-3]'].map((hour) => `${DATE}[ T]${hour}:??:?${DIGIT}${rest}`);
const DATE_LENGTH = 'YYYY-MM-DD'.length;
const SECOND = 'YYYY-MM-DD hh:mm:ss'.length;
/** The forms of times that the query reads, by their length. Texts of other forms are rare. */
const FORMS = [0, 3, 6].flatMap((digits): [length: number, forms: string[]][] => {
  const fraction = digits === 0 ? '' : `.${DIGIT.repeat(digits)}`;
  const length = digits === 0 ? SECOND : SECOND + 1 + digits;
  return [
    [length, clocks(fraction)],
    [length + 1, clocks(`${fraction}Z`)],
  ];
});

/** Days that no calendar has are rare texts too, and times before 1970: DuckDB divides negative numbers towards 0. */
function isKnownTime(field: Field, { time }: Column): string {
  if (time !== null) {
    return `(CASE WHEN time_${field} IS NULL THEN ${field} = '' ELSE year(time_${field}) BETWEEN 1970 AND 9999 END)`;
  }
  const cases = FORMS.map(
    ([length, forms]) => `WHEN ${length} THEN ${forms.map((form) => `${field} GLOB '${form}'`).join(' OR ')}`,
  );
  const inTime = `time_${field} BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'`;
  return `(CASE
        WHEN strlen(${field}) = ${DATE_LENGTH} THEN ${inTime} AND ${field} GLOB '${DATE}'
        WHEN CAST(time_${field} AS VARCHAR) = ${field} THEN ${inTime}
        WHEN ${inTime} THEN CASE strlen(${field}) ${cases.join(' ')} ELSE FALSE END
        ELSE ${field} = ''
      END)`;
}

function periodOf({ period }: Config): string {
  const day = `second // ${SECONDS_PER_DAY}`;
  if (period === 'day') return `(${day})`;
  if (period === 'week') return `((${day} + 3) // 7)`;
  return '((year(time_timestamp) - 1970) * 12 + month(time_timestamp) - 1)';
}

/** The bands of all segments as one number in a cube's group. */
function addressOf({ addresses }: CubeLayout): string {
  const parts = addresses.map(({ feature, addressOf }) => lookup(FEATURE_SQL[feature], addressOf));
  return ['0', ...parts].join(' + ');
}

const FEATURE_SQL: Readonly<Record<Feature, string>> = {
  total_orders: 'orders_or_none',
  days_since_last_order: 'days_last_order_ts',
  days_since_first_order: 'days_first_order_ts',
  weekday: 'isodow(time_timestamp)',
  hour: 'hour(time_timestamp)',
};

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
