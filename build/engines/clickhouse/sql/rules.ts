import { FIELDS, type Field } from '../../../../src/core/config/config.ts';
import type { CubeLayout } from '../../../../src/core/cube/cube.ts';
import { DROP_REASONS, type DropReason } from '../../../../src/core/history/clean.ts';
import type { Period } from '../../../../src/core/period.ts';
import type { Feature } from '../../../../src/core/segments/features.ts';
import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../../../src/core/time.ts';
import { combination } from './bands.ts';
import { periodOf, SECONDS_TO_EPOCH, weekday } from './calendar.ts';
import { Steps } from './steps.ts';
import { defineTextTime } from './time.ts';
import { defineWhole } from './whole.ts';

/** How a field is found in a row: as text, or from a column of a time type as seconds since 1970, NULL for none. */
export interface Column {
  kind: 'text' | 'seconds';
  sql: string;
  /** Makes of a value as ClickHouse writes it, which is not empty, the text of the other engines; none where it is that. */
  shown?: ((text: string) => string) | undefined;
  /** Whether an empty text may be there as two quotes. */
  quotesEmpty?: boolean;
}

/** What a query reads, besides the rules. */
export interface CubeSource {
  /** What stands behind FROM. */
  from: string;
  columns: Record<Field, Column>;
  /** Makes of a country as the query reads it what the history has; null where it is that. */
  restored: ((text: string) => string) | null;
  /** 1 for a record with too few or too many fields; null where a row cannot be malformed. */
  malformed: string | null;
  /** What a row must meet to be one; null for nothing. */
  where: string | null;
  /** 1 for a record that core may read in another way, so that nothing counts that is counted; null for none. */
  strange: string | null;
  /** Whether `from` is spread over servers, which then group their own rows. */
  distributed: boolean;
}

/** What the rules make of a row: names of steps. */
export interface Rules {
  steps: Steps;
  raw: Record<Field, Column>;
  timestamp: string;
  country: string;
  amount: string;
  /** 0 for a row that is kept, unless its country is missing; else the reason's place in DROP_REASONS, from 1. */
  reason: string;
  group: string;
  filled: string;
  strange: string;
}

/** How texts are read: each defines steps, and returns the name of the last. See time.ts and whole.ts for what they give. */
export interface Forms {
  time(steps: Steps, prefix: string, column: Column): string;
  whole(steps: Steps, prefix: string, text: string): string;
  /** The number of the period that a timestamp lies in, as {@link periodOf} counts them. */
  period(steps: Steps, period: Period, day: string): string;
}

const ALL_FORMS: Forms = {
  time: (steps, prefix, { sql }) => defineTextTime(steps, prefix, sql),
  whole: defineWhole,
  period: periodOf,
};

/**
 * Compiles cleaning and banding to SQL that ClickHouse 18.16 and later versions understand alike.
 *
 * @param forms what takes the place of the reading of every form there is
 */
export function defineRules(
  { columns, malformed, strange, distributed }: CubeSource,
  layout: CubeLayout,
  forms: Forms = ALL_FORMS,
): Rules {
  const steps = new Steps(distributed);
  const raw = Object.fromEntries(
    FIELDS.map((field) => [
      field,
      { ...columns[field], sql: steps.define(`raw_${field}`, columns[field].sql) },
    ]),
  ) as Record<Field, Column>;
  const timestamp = defineTime(steps, 'timestamp', raw.timestamp, forms);
  const lastOrder = defineTime(steps, 'last_order', raw.last_order_ts, forms);
  const orders = forms.whole(steps, 'orders', raw.total_orders.sql);
  const day = steps.define('day', `intDiv(${timestamp}, ${SECONDS_PER_DAY})`);
  const values: Record<Feature, () => string> = {
    total_orders: () => `greatest(${orders}, 0)`,
    days_since_last_order: () => daysBetween(lastOrder, timestamp),
    days_since_first_order: () => {
      const firstOrder = defineTime(steps, 'first_order', raw.first_order_ts, forms);
      return `(${firstOrder} >= 0) * (${daysBetween(firstOrder, timestamp)} + 1) - 1`;
    },
    weekday: () => weekday(day),
    hour: () => `intDiv(modulo(${timestamp}, ${SECONDS_PER_DAY}), 3600)`,
  };
  const used = new Set(layout.segments.map(({ feature }) => feature));
  const features = new Map([...used].map((feature) => [feature, steps.define(feature, values[feature]())]));
  const reason = steps.define(
    'reason',
    defineReason(steps, timestamp, lastOrder, malformed && steps.define('malformed', malformed)),
  );
  const bands = steps.define('bands', combination(steps, layout, features));
  const period = steps.define('period', forms.period(steps, layout.period, day));
  return {
    steps,
    raw,
    timestamp,
    country: raw.country_code.sql,
    amount: raw.voucher_amount.sql,
    reason,
    group: steps.define(
      'group',
      `(${reason} = 0) * (${bands} + ${layout.combinations} * toUInt64(${period}))`,
    ),
    filled: steps.define('filled', `(${orders} < 0) * (${reason} = 0)`),
    strange: steps.define('strange', strange ?? '0'),
  };
}

/** @returns the reason once the country is trimmed, which the query of the cube does for a group of rows at once */
export function finalReason(reason: string, trimmedCountry: string): string {
  const before = `${reason} IN (0, ${reasonCode('negative_days_between_orders')})`;
  return `if(${before} AND empty(${trimmedCountry}), ${reasonCode('missing_country_code')}, ${reason})`;
}

/** The rules that need no country, each a bit, and the first of them that is set: no `if`, for the reason in time.ts. */
function defineReason(steps: Steps, timestamp: string, lastOrder: string, malformed: string | null): string {
  const rules: [DropReason, string][] = [
    ['malformed_row', malformed ?? '0'],
    ['invalid_timestamp', `(${timestamp} < 0)`],
    ['invalid_last_order_ts', `(${lastOrder} < 0)`],
    ['negative_days_between_orders', `(${timestamp} < ${lastOrder})`],
  ];
  const bits = rules.map(([, rule], index) => `${rule} * ${1 << index}`).join(' + ');
  const firsts = Array.from({ length: 1 << rules.length }, (_, mask) => {
    const first = rules.find((_, index) => mask & (1 << index));
    return first ? reasonCode(first[0]) : 0;
  });
  return steps.lookup(firsts, `${bits} + 1`);
}

export function reasonCode(reason: DropReason): number {
  return DROP_REASONS.indexOf(reason) + 1;
}

function defineTime(steps: Steps, prefix: string, column: Column, forms: Forms): string {
  if (column.kind === 'text') return forms.time(steps, prefix, column);
  const { sql } = column;
  // A time of another year is none for core, as its text would be.
  const inRange = `if(${sql} BETWEEN ${FIRST_SECOND} AND ${LAST_SECOND}, ${sql} + ${SECONDS_TO_EPOCH}, NULL)`;
  return steps.define(`${prefix}_seconds`, `toInt64(ifNull(${inRange}, -1))`);
}

/** Whole days, below 0 where the earlier time is the later one. */
function daysBetween(earlier: string, later: string): string {
  // Division rounds towards 0: with a day more, what is less than a day before becomes 0 like all that is further.
  return `(greatest(intDiv(${later} - ${earlier} + ${SECONDS_PER_DAY}, ${SECONDS_PER_DAY}), 0) - 1)`;
}
