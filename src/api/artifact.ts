import * as z from 'zod/mini';
import { SCHEMA_VERSION } from '../core/artifact/table.ts';
import { ArtifactConfigSchema } from '../core/config/config.ts';
import type { Quality } from '../core/cube/cube.ts';
import { DROP_REASONS, type DropReason } from '../core/history/clean.ts';
import { Count, Time, Version, wireOf } from './fields.ts';

const dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, Count])) as Record<
  DropReason,
  typeof Count
>;

/** GET /artifact: what answers are made from, without the table itself. */
export const ArtifactDescriptionSchema = z.strictObject({
  version: Version,
  schema_version: z.literal(SCHEMA_VERSION),
  config: ArtifactConfigSchema,
  data: z.strictObject({ first_timestamp: Time, last_timestamp: Time }),
  quality: wireOf<Quality>()(
    z.strictObject({
      rows_read: Count,
      rows_kept: Count,
      dropped: z.strictObject(dropped),
      total_orders_filled: Count,
      voucher_amount_imputed: Count,
      first_order_ts_unreadable: Count,
      total_orders_unreadable: Count,
      voucher_amount_unreadable: Count,
    }),
  ),
});
export type ArtifactDescription = z.infer<typeof ArtifactDescriptionSchema>;
