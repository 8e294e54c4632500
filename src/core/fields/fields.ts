/** The columns of a history; `first_order_ts` is the one that a history may lack. */
export const FIELDS = [
  'timestamp',
  'country_code',
  'last_order_ts',
  'first_order_ts',
  'total_orders',
  'voucher_amount',
] as const;
export type Field = (typeof FIELDS)[number];

/**
 * Reads a field: the part of a text from `from` to `to`, and the whole text unless they are given. A field that is read
 * where it is need not be cut out of a file of a million rows.
 *
 * @returns what it holds, or MISSING, or UNREADABLE
 */
export type FieldReader = (text: string, from?: number, to?: number) => number;
