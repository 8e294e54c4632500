import type { CubeLayout } from '../../../src/core/cube/cube.ts';

/** The outcome of rows that are kept; that of others is the reason to drop them. */
export const KEPT = 'kept';
/** The outcome of the row that counts all others. */
export const TOTAL = 'total';
/** Before the name of a segment, so that no segment is taken for another column. */
export const BAND_PREFIX = 'band_';

const KEYS = ['outcome', 'country_code', 'period'] as const;
/** What is counted: SQL of it over the rows of a group, and what makes one of it from those of several groups. */
export const COUNTS = {
  row_count: { rows: 'COUNT(*)', groups: 'SUM' },
  total_orders_filled: { rows: 'SUM(orders_filled)', groups: 'SUM' },
  total_orders_unreadable: { rows: 'SUM(orders_unreadable)', groups: 'SUM' },
  first_order_ts_unreadable: { rows: 'SUM(first_order_unreadable)', groups: 'SUM' },
  first_timestamp: { rows: 'MIN(kept_seconds)', groups: 'MIN' },
  last_timestamp: { rows: 'MAX(kept_seconds)', groups: 'MAX' },
};
const ORIGIN = ['config', 'dialect'] as const;
const AMOUNT = 'voucher_amount';
/** A column that every result has, whatever its segments are. */
export type ResultColumn =
  | (typeof KEYS)[number]
  | keyof typeof COUNTS
  | (typeof ORIGIN)[number]
  | typeof AMOUNT;

/** @returns the columns that groups are made by */
export function keyColumns({ segments }: Pick<CubeLayout, 'segments'>): string[] {
  return [...KEYS, ...segments.map(({ name }) => BAND_PREFIX + name), AMOUNT];
}

export function resultColumns(layout: Pick<CubeLayout, 'segments'>): string[] {
  return [...keyColumns(layout), ...Object.keys(COUNTS), ...ORIGIN];
}
