import type { Config } from '../../../src/core/config/config.ts';
import { type CubeLayout, cubeLayout } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { Field } from '../../../src/core/fields/fields.ts';
import { INVISIBLE, NULL_WORDS } from '../../../src/core/missing.ts';
import type { Feature } from '../../../src/core/segments/features.ts';
import type { Band } from '../../../src/core/segments/schema.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';
import type { Dialect } from './dialect.ts';
import { requireShortName } from './dialects.ts';
import { fingerprintOf } from './fingerprint.ts';
import { numberForm, numberOfOrders, numberParts } from './numbers.ts';
import { BAND_PREFIX, KEPT, keyColumns, TOTAL } from './result-columns.ts';
import {
  type Columns,
  isTime,
  type TimeName,
  timeDays,
  timeForms,
  timeParts,
  timeSeconds,
  utcDay,
} from './times.ts';

/** A SELECT that reads the one before it. */
interface Step {
  name: string;
  comment: string;
  columns: Columns;
}

export interface Selection {
  config: Config;
  dialect: Dialect;
  /** What follows FROM, as SQL. */
  from: string;
  /** The columns, as SQL; each by its name in the config unless given. */
  fields?: Readonly<Record<Field, string>>;
  /** A cluster of ClickHouse, each server of which groups its own rows of the table. */
  cluster?: string;
}

/** The SELECT does not know the types of the columns. */
const DECIMAL_NOTE =
  'Numbers are read with a decimal comma, as the config says. Columns of a number type have a point: replace it in a view.';

const TIMES: readonly TimeName[] = ['ts', 'last_order', 'first_order'];

/**
 * @returns a SELECT that cleans and bands a table and counts its rows: the cube of a history. See README.md for the
 *   columns of its result, which result.ts reads. The rules are those of core's clean.ts, with two exceptions, which are
 *   left to core: countries and amounts are grouped as they are written
 * @throws DataError for a config that the dialect cannot express
 */
export function cubeSelect(selection: Selection): string {
  const { config, dialect } = selection;
  if (config.times.format !== 'iso') {
    throw new DataError(
      `SQL reads times such as 2018-07-21 18:59:21 alone, and \`times.format\` of the config is ${config.times.format}: ` +
        'turn the columns into times in a view, and build with a config that has "iso"',
    );
  }
  const layout = cubeLayout(config);
  const steps = stepsOf(selection, layout);
  const keys = keyColumns(layout);
  for (const key of keys) requireShortName(key, dialect);
  if (dialect.nested) requireOtherNames(config, Object.keys(steps[0]?.columns ?? {}), dialect);
  const title = [
    `-- The cube of a history, for ${dialect.title}: how many rows there are of each country, period, bands and amount.`,
    '-- Run it, save the result as CSV (with a header) or Parquet, and pass it to: npm run build:artifact -- --cube FILE',
    ...(dialect.note ? [`-- ${dialect.note}`] : []),
    ...(config.numbers.decimal === '.' ? [] : [`-- ${DECIMAL_NOTE}`]),
  ];
  const constants = [
    `${dialect.literal(fingerprintOf(config))} AS config`,
    `${dialect.literal(dialect.name)} AS dialect`,
  ];
  const body = dialect.nested
    ? nestedSelect(steps, selection, keys, constants)
    : chainedSelect(steps, selection, keys, constants);
  return `${title.join('\n')}\n${body}`;
}

/**
 * In ClickHouse a name that a SELECT gives goes before a column of the table, and a column that is named as a text or
 * a number is written is taken for it.
 */
function requireOtherNames({ columns }: Config, own: readonly string[], { title }: Dialect): void {
  const isValue = (column: string) => /^'.*'$|^\d+$/.test(column);
  const taken = Object.values(columns).find((column) => own.includes(column) || isValue(column));
  if (taken === undefined) return;
  throw new DataError(
    `the SELECT for ${title} uses the name ${taken} itself: read the column under another name, from a view`,
  );
}

/** What the groups count, by the names of the result. */
const COUNTS = {
  row_count: { rows: 'COUNT(*)', groups: 'SUM' },
  total_orders_filled: { rows: 'SUM(orders_filled)', groups: 'SUM' },
  total_orders_unreadable: { rows: 'SUM(orders_unreadable)', groups: 'SUM' },
  first_order_ts_unreadable: { rows: 'SUM(first_order_unreadable)', groups: 'SUM' },
  first_timestamp: { rows: 'MIN(kept_seconds)', groups: 'MIN' },
  last_timestamp: { rows: 'MAX(kept_seconds)', groups: 'MAX' },
};

function chainedSelect(
  steps: readonly Step[],
  { from, dialect }: Selection,
  keys: readonly string[],
  constants: readonly string[],
): string {
  const end = dialect.stepEnd ? `\n  ${dialect.stepEnd}` : '';
  const chain = steps.map(({ name, comment, columns }, index) => {
    const source = index === 0 ? from : steps[index - 1]?.name;
    return `-- ${comment}\n${name} AS (\n  SELECT\n${listOf(columns, '    ')}\n  FROM ${source}${end}\n)`;
  });
  const shown = keys.map((key) => (key === 'outcome' ? `COALESCE(outcome, '${TOTAL}') AS outcome` : key));
  const counts = Object.entries(COUNTS).map(([name, { rows }]) => `${rows} AS ${name}`);
  return [
    `WITH\n${chain.join(',\n')}`,
    `-- A row for each group, and the row '${TOTAL}', which shows whether the result is complete.`,
    `SELECT\n  ${[...shown, ...counts, ...constants].join(',\n  ')}`,
    `FROM ${steps.at(-1)?.name}`,
    `GROUP BY GROUPING SETS ((${keys.join(', ')}), ())\n`,
  ].join('\n');
}

/** For a database without WITH and GROUPING SETS: each group is counted a second time in the row of all. */
function nestedSelect(
  steps: readonly Step[],
  { from, dialect, cluster }: Selection,
  keys: readonly string[],
  constants: readonly string[],
): string {
  const counts = Object.keys(COUNTS);
  const grouped = groupedSelect(steps, from, keys);
  const inOne = cluster === undefined ? grouped : clusterSelect(grouped, keys, dialect.literal(cluster));
  const total = keys.map((key) => {
    const whole = key === 'outcome' ? `'${TOTAL}'` : key === 'period' ? '0' : "''";
    return `CASE WHEN is_total = 1 THEN ${whole} ELSE ${key} END AS key_${key}`;
  });
  const summed = Object.entries(COUNTS).map(([name, { groups }]) => `${groups}(group_${name}) AS ${name}`);
  return [
    `SELECT\n  ${[...keys.map((key) => `key_${key} AS ${key}`), ...summed, ...constants].join(',\n  ')}`,
    `FROM (\n-- A row for each group, and the row '${TOTAL}', which shows whether the result is complete.`,
    `SELECT\n  ${[...total, ...counts.map((name) => `group_${name}`)].join(',\n  ')}`,
    `FROM (\nSELECT ${[...keys, ...counts.map((name) => `group_${name}`), 'arrayJoin([0, 1]) AS is_total'].join(', ')}`,
    `FROM (\n${inOne}\n)\n)\n)`,
    `GROUP BY ${keys.map((key) => `key_${key}`).join(', ')}\n`,
  ].join('\n');
}

/**
 * The right side of a JOIN is worked out by each server that the left side is read from. A sub-query over a Distributed
 * table would send all rows to the server that is asked.
 */
function clusterSelect(grouped: string, keys: readonly string[], cluster: string): string {
  const counts = Object.entries(COUNTS).map(
    ([name, { groups }]) => `${groups}(shard_${name}) AS group_${name}`,
  );
  const renamed = Object.keys(COUNTS).map((name) => `group_${name} AS shard_${name}`);
  return [
    `SELECT\n  ${[...keys, ...counts].join(',\n  ')}`,
    `FROM cluster(${cluster}, system, one) ALL INNER JOIN (`,
    `SELECT toUInt8(0) AS dummy, ${[...keys, ...renamed].join(', ')}`,
    `FROM (\n${grouped}\n)\n) USING dummy`,
    `GROUP BY ${keys.join(', ')}`,
  ].join('\n');
}

function groupedSelect(steps: readonly Step[], from: string, keys: readonly string[]): string {
  const source = steps.reduce(
    (source, { comment, columns }) => `(\n-- ${comment}\nSELECT\n${listOf(columns, '  ')}\nFROM ${source}\n)`,
    from,
  );
  const counts = Object.entries(COUNTS).map(([name, { rows }]) => `${rows} AS group_${name}`);
  return `SELECT\n  ${[...keys, ...counts].join(',\n  ')}\nFROM ${source}\nGROUP BY ${keys.join(', ')}`;
}

function listOf(columns: Columns, indent: string): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${indent}${sql === name ? name : `${sql} AS ${name}`}`)
    .join(',\n');
}

function stepsOf({ config, dialect, fields }: Selection, layout: CubeLayout): Step[] {
  const column = (field: Field) => fields?.[field] ?? dialect.identifier(config.columns[field]);
  const text = (field: Field) => dialect.text(column(field));
  const bare = (field: Field) => dialect.trim(dialect.without(text(field), INVISIBLE));
  const each = (define: (name: TimeName) => Columns) => Object.assign({}, ...TIMES.map(define)) as Columns;
  const kept = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const parts = (...names: string[]) =>
    kept(...TIMES.flatMap((time) => names.map((name) => `${time}_${name}`)));
  const others = kept('country_text', 'amount_text', 'orders_missing', 'first_order_missing');
  const timeFields = { ts: 'timestamp', last_order: 'last_order_ts', first_order: 'first_order_ts' } as const;
  const isMissing = (text: string) =>
    `CASE WHEN LOWER(${text}) IN (${['', ...NULL_WORDS].map(dialect.literal).join(', ')}) THEN 1 ELSE 0 END`;

  return [
    {
      name: 'history_texts',
      comment:
        'The fields as text; times and numbers without white space at their ends and characters without width.',
      columns: {
        ...each((time) => ({ [`${time}_text`]: bare(timeFields[time]) })),
        orders_text: bare('total_orders'),
        country_text: text('country_code'),
        amount_text: text('voucher_amount'),
      },
    },
    {
      name: 'history_forms',
      comment: 'What has the form of a time or of a number, and what is missing.',
      columns: {
        ...each((time) => timeForms(time, dialect)),
        ...numberForm(dialect, config.numbers),
        orders_missing: isMissing('orders_text'),
        first_order_missing: isMissing('first_order_text'),
        ...kept('country_text', 'amount_text'),
      },
    },
    {
      name: 'history_parts',
      comment: 'Each time and number in parts.',
      columns: { ...each((time) => timeParts(time, dialect)), ...numberParts(dialect), ...others },
    },
    {
      name: 'history_days',
      comment:
        'The days of each month, the days since 1970-01-01, and the seconds that the zone is east of UTC.',
      columns: {
        ...parts('year', 'month', 'day', 'clock'),
        ...each((time) => timeDays(time, dialect)),
        ...numberOfOrders(dialect),
        ...others,
      },
    },
    {
      name: 'history_seconds',
      comment: 'Seconds since 1970-01-01 of UTC.',
      columns: {
        ...parts('year', 'month', 'day', 'month_days', 'days'),
        ...each(timeSeconds),
        ...kept('orders_read'),
        ...others,
      },
    },
    {
      name: 'history_rules',
      comment: 'The cleaning rules, in their order. A missing country_code is found when the result is read.',
      columns: {
        outcome: `CASE\n      WHEN NOT (${isTime('ts')}) THEN 'invalid_timestamp'\n      WHEN NOT (${isTime('last_order')}) THEN 'invalid_last_order_ts'\n      WHEN ts_seconds < last_order_seconds THEN 'negative_days_between_orders'\n      ELSE '${KEPT}'\n    END`,
        ...kept('ts_seconds'),
        ...(config.period === 'month'
          ? kept('ts_year', 'ts_month', 'ts_day', 'ts_month_days', 'ts_days')
          : {}),
        utc_day: utcDay('ts_seconds', dialect),
        total_orders: 'CASE WHEN orders_read < 0 THEN 0 ELSE orders_read END',
        orders_unknown: 'CASE WHEN orders_read < 0 THEN 1 ELSE 0 END',
        first_order_unknown: `CASE WHEN first_order_missing = 0 AND NOT (${isTime('first_order')}) THEN 1 ELSE 0 END`,
        days_since_last_order: daysSince('last_order_seconds', 'ts_seconds >= last_order_seconds', dialect),
        days_since_first_order: daysSince(
          'first_order_seconds',
          `${isTime('first_order')} AND ts_seconds >= first_order_seconds`,
          dialect,
        ),
        ...kept('country_text', 'amount_text', 'orders_missing'),
      },
    },
    {
      name: 'history_cells',
      comment: 'The period, and the band of each segment: empty for none, and in rows that are dropped.',
      columns: {
        outcome: 'outcome',
        country_code: 'country_text',
        period: ifKept(periodOf(config, dialect), '0'),
        ...Object.fromEntries(
          layout.segments.map(({ name, feature, bands }) => [
            BAND_PREFIX + name,
            bandOf(featureValue(feature, dialect), bands, dialect),
          ]),
        ),
        voucher_amount: ifKept('amount_text', "''"),
        orders_filled: ifKept('orders_unknown', '0'),
        orders_unreadable: ifKept('orders_unknown * (1 - orders_missing)', '0'),
        first_order_unreadable: ifKept('first_order_unknown', '0'),
        kept_seconds: `CASE WHEN outcome = '${KEPT}' THEN ts_seconds END`,
      },
    },
  ];
}

function ifKept(value: string, otherwise: string): string {
  return `CASE WHEN outcome = 'kept' THEN ${value} ELSE ${otherwise} END`;
}

function daysSince(earlier: string, when: string, dialect: Dialect): string {
  // The larger of the two, so that division rounds down in every database.
  const days = dialect.divide(`ts_seconds - ${earlier}`, SECONDS_PER_DAY);
  return `CASE WHEN ${when} THEN ${days} ELSE -1 END`;
}

/** The number of the period, counted from the one of 1970-01-01: core's periodIndex. */
function periodOf({ period }: Config, dialect: Dialect): string {
  if (period === 'day') return 'utc_day';
  // Mondays; a number of weeks is added so that the dividend is not negative.
  if (period === 'week') return `${dialect.divide('utc_day + 3 + 910000', 7)} - 130000`;
  // The offset of a zone leads into the month before or after at most.
  const day = '(ts_day + utc_day - ts_days)';
  const crossed = `CASE WHEN ${day} < 1 THEN -1 WHEN ${day} > ts_month_days THEN 1 ELSE 0 END`;
  return `(ts_year - 1970) * 12 + ts_month - 1 + ${crossed}`;
}

function featureValue(feature: Feature, dialect: Dialect): string {
  // 910,000 days are whole weeks; 1970-01-01 was a Thursday, the fourth day of an ISO 8601 week.
  if (feature === 'weekday') return `(${dialect.modulo('(utc_day + 3 + 910000)', 7)} + 1)`;
  if (feature === 'hour') return dialect.divide(`ts_seconds - utc_day * ${SECONDS_PER_DAY}`, 3600);
  return feature;
}

function bandOf(value: string, bands: readonly Band[], dialect: Dialect): string {
  const cases = bands.map(({ name, min, max }) => {
    const inside = max === undefined ? `${value} >= ${min}` : `${value} BETWEEN ${min} AND ${max}`;
    return `\n      WHEN ${inside} THEN ${dialect.literal(name)}`;
  });
  return `CASE\n      WHEN outcome <> 'kept' THEN ''${cases.join('')}\n      ELSE ''\n    END`;
}
