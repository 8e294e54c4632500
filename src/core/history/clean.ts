import type { Field } from '../config/config.ts';
import { type Facts, UNKNOWN } from '../segments/features.ts';
import { daysBetween, parseTime } from '../time.ts';
import { parseAmount, parseWholeNumber } from '../values.ts';

/** Why a row is dropped, in the order in which the rules are tried. */
export const DROP_REASONS = [
  'malformed_row',
  'invalid_timestamp',
  'invalid_last_order_ts',
  'missing_country_code',
  'negative_days_between_orders',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** A row as a source reads it: every field as text, "" where there is none. */
export type RawRow = Record<Field, string>;

/** An assignment that may be counted. `amount` is MISSING_AMOUNT where the history has none. */
export interface Assignment extends Facts {
  country: string;
  amount: number;
  totalOrdersFilled: boolean;
}

/** @returns an assignment to be passed to {@link clean} again and again: a million rows need not make a million objects */
export function emptyAssignment(): Assignment {
  return {
    asOf: 0,
    daysSinceLastOrder: UNKNOWN,
    daysSinceFirstOrder: UNKNOWN,
    totalOrders: 0,
    country: '',
    amount: 0,
    totalOrdersFilled: false,
  };
}

/**
 * The cleaning rules. Fields are trimmed; the first rule that a row breaks drops it.
 *
 * @param into receives the assignment; after a drop only its country means anything
 * @returns the reason to drop the row, or null when it is kept
 */
export function clean(row: RawRow, into: Assignment): DropReason | null {
  into.country = row.country_code.trim();
  const timestamp = timeOf(row.timestamp);
  if (timestamp === null) return 'invalid_timestamp';
  const lastOrder = timeOf(row.last_order_ts);
  if (lastOrder === null) return 'invalid_last_order_ts';
  if (into.country === '') return 'missing_country_code';
  if (timestamp < lastOrder) return 'negative_days_between_orders';

  const firstOrder = timeOf(row.first_order_ts);
  const totalOrders = parseWholeNumber(row.total_orders.trim());
  into.asOf = timestamp;
  into.daysSinceLastOrder = daysBetween(lastOrder, timestamp);
  into.daysSinceFirstOrder = firstOrder === null ? UNKNOWN : daysBetween(firstOrder, timestamp);
  into.totalOrders = totalOrders ?? 0;
  into.totalOrdersFilled = totalOrders === null;
  into.amount = parseAmount(row.voucher_amount.trim());
  return null;
}

/** Most fields have nothing to trim: that is not looked for before there is a reason. */
function timeOf(field: string): number | null {
  return parseTime(field) ?? parseTime(field.trim());
}
