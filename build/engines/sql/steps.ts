import type { Config } from '../../../src/core/config/config.ts';
import type { CubeLayout } from '../../../src/core/cube/cube.ts';
import type { Field } from '../../../src/core/fields/fields.ts';
import type { TIME_FIELDS } from '../../../src/core/history/clean.ts';
import { INVISIBLE, NULL_WORDS } from '../../../src/core/missing.ts';
import type { Feature } from '../../../src/core/segments/features.ts';
import type { Band } from '../../../src/core/segments/schema.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';
import type { Dialect } from './dialect.ts';
import { numberForm, numberOfOrders, numberParts } from './numbers.ts';
import { BAND_PREFIX, KEPT } from './result-columns.ts';
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
export interface Step {
  name: string;
  comment: string;
  columns: Columns;
}

/** The columns of the step before. Those that no step needs any more are left out by the database. */
const ALL: Columns = { '*': '*' };

/** @returns what is defined for each time of a row, by its name in the steps and its field */
export function eachTime(define: (name: TimeName, field: TimeField) => Columns): Columns {
  return {
    ...define('ts', 'timestamp'),
    ...define('last_order', 'last_order_ts'),
    ...define('first_order', 'first_order_ts'),
  };
}

type TimeField = (typeof TIME_FIELDS)[number];

/** What the steps are made of: the columns are as SQL, each by its name in the config unless given. */
export interface StepParts {
  config: Config;
  dialect: Dialect;
  fields?: Readonly<Record<Field, string>>;
  /** What reads the fields, in place of the steps that read texts. */
  values?: Step;
}

/** @returns the rules of cleaning and banding, a SELECT for each step from fields to cells */
export function stepsOf(parts: StepParts, layout: CubeLayout): Step[] {
  const values = parts.values ? [parts.values] : textSteps(parts);
  return [...values, ...cellSteps(parts, layout)];
}

/** The steps from texts to values. */
function textSteps({ config, dialect, fields }: StepParts): Step[] {
  const column = (field: Field) => fields?.[field] ?? dialect.identifier(config.columns[field]);
  const text = (field: Field) => dialect.text(column(field));
  const bare = (field: Field) => dialect.trim(dialect.without(text(field), INVISIBLE));
  const isMissing = (text: string) =>
    `CASE WHEN LOWER(${text}) IN (${['', ...NULL_WORDS].map(dialect.literal).join(', ')}) THEN 1 ELSE 0 END`;

  return [
    {
      name: 'history_texts',
      comment:
        'The fields as text; times and numbers without white space at their ends and characters without width.',
      columns: {
        ...eachTime((time, field) => ({ [`${time}_text`]: bare(field) })),
        orders_text: bare('total_orders'),
        country_text: text('country_code'),
        amount_text: text('voucher_amount'),
      },
    },
    {
      name: 'history_forms',
      comment: 'What has the form of a time or of a number, and what is missing.',
      columns: {
        ...ALL,
        ...eachTime((time) => timeForms(time, dialect)),
        ...numberForm(dialect, config.numbers),
        orders_missing: isMissing('orders_text'),
        first_order_missing: isMissing('first_order_text'),
      },
    },
    {
      name: 'history_parts',
      comment: 'Each time and number in parts.',
      columns: { ...ALL, ...eachTime((time) => timeParts(time, dialect)), ...numberParts(dialect) },
    },
    {
      name: 'history_days',
      comment:
        'The days of each month, the days since 1970-01-01, and the seconds that the zone is east of UTC.',
      columns: { ...ALL, ...eachTime((time) => timeDays(time, dialect)), ...numberOfOrders(dialect) },
    },
    {
      name: 'history_seconds',
      comment: 'Seconds since 1970-01-01 of UTC.',
      columns: { ...ALL, ...eachTime(timeSeconds) },
    },
  ];
}

/** The steps from values to cells. */
function cellSteps({ config, dialect }: StepParts, layout: CubeLayout): Step[] {
  return [
    {
      name: 'history_rules',
      comment: 'The cleaning rules, in their order. A missing country_code is found when the result is read.',
      columns: {
        ...ALL,
        outcome: `CASE\n      WHEN NOT (${isTime('ts')}) THEN 'invalid_timestamp'\n      WHEN NOT (${isTime('last_order')}) THEN 'invalid_last_order_ts'\n      WHEN ts_seconds < last_order_seconds THEN 'negative_days_between_orders'\n      ELSE '${KEPT}'\n    END`,
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
