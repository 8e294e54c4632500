import * as z from 'zod/mini';
import { DROP_REASONS, type DropReason } from '../history/clean.ts';
import { Count } from '../wire-fields.ts';

const dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, Count])) as Record<
  DropReason,
  typeof Count
>;

/** What cleaning did, in rows; by the names that the artifact has. */
export const QualitySchema = z.strictObject({
  rows_read: Count,
  rows_kept: Count,
  dropped: z.strictObject(dropped),
  /** Rows that were kept without the number, whether it was missing or could not be read. */
  total_orders_filled: Count,
  voucher_amount_imputed: Count,
  /** Rows that were kept although what a field holds cannot be read. */
  first_order_ts_unreadable: Count,
  total_orders_unreadable: Count,
  voucher_amount_unreadable: Count,
});
export type Quality = z.infer<typeof QualitySchema>;
