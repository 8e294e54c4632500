/** Why a row is dropped, in the order in which the rules are tried, and in words for people. */
export const DROP_MEANINGS = {
  malformed_row: 'too few or too many fields, or an open quote',
  invalid_timestamp: 'no readable timestamp',
  invalid_last_order_ts: 'no readable last_order_ts',
  missing_country_code: 'no country_code',
  negative_days_between_orders: 'timestamp is before last_order_ts',
} as const;
