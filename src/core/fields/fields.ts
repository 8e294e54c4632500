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
