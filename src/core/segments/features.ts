import { SECONDS_PER_DAY } from '../time.ts';

/** What segments look at, of a row of history or of a request alike. Times in seconds; days whole, below 0 unknown. */
export interface Facts {
  asOf: number;
  daysSinceLastOrder: number;
  daysSinceFirstOrder: number;
  totalOrders: number;
}

/** A fact that is not known: it falls in no band. */
export const UNKNOWN = -1;

/** The fields of a request that features are computed from. */
export type RequestField = 'total_orders' | 'last_order_ts' | 'first_order_ts';

/** A quantity of a customer at a moment, which segments band. */
interface FeatureDefinition {
  /** The field of a request that it is computed from; null where as_of alone is enough. */
  field: RequestField | null;
  /** The values that it can have. No band reaches beyond them. */
  range: readonly [least: number, most: number];
  /** The range for people, as the end of "…, since". */
  rangeInWords: string;
  /** @returns the value, below 0 where it is unknown */
  of: (facts: Facts) => number;
}

const COUNT = { range: [0, Number.POSITIVE_INFINITY], rangeInWords: 'a count is never below 0' } as const;

/**
 * All features. This is the only module that knows the list of them: schemas, checks and messages are derived from it.
 * Days are whole days before as_of; weekday is 1 (Monday) to 7, hour 0 to 23, of as_of in UTC.
 */
export const FEATURES = {
  total_orders: { ...COUNT, field: 'total_orders', of: ({ totalOrders }) => totalOrders },
  days_since_last_order: {
    ...COUNT,
    field: 'last_order_ts',
    of: ({ daysSinceLastOrder }) => daysSinceLastOrder,
  },
  days_since_first_order: {
    ...COUNT,
    field: 'first_order_ts',
    of: ({ daysSinceFirstOrder }) => daysSinceFirstOrder,
  },
  weekday: {
    field: null,
    range: [1, 7],
    rangeInWords: 'weekdays are 1 (Monday) to 7',
    // 1970-01-01 was a Thursday, the fourth day of an ISO 8601 week.
    of: ({ asOf }) => modulo(Math.floor(asOf / SECONDS_PER_DAY) + 3, 7) + 1,
  },
  hour: {
    field: null,
    range: [0, 23],
    rangeInWords: 'hours are 0 to 23',
    of: ({ asOf }) => Math.floor(modulo(asOf, SECONDS_PER_DAY) / 3600),
  },
} as const satisfies Record<string, FeatureDefinition>;

export type Feature = keyof typeof FEATURES;

export const FEATURE_NAMES = Object.keys(FEATURES) as Feature[];

/** @returns the value of a feature; below 0 where it is unknown */
export function featureOf(feature: Feature, facts: Facts): number {
  return FEATURES[feature].of(facts);
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
