import * as z from 'zod/mini';
import { SCHEMA_VERSION } from '../core/artifact/table.ts';
import { Version } from '../core/artifact/version.ts';
import { ArtifactConfigSchema } from '../core/config/config.ts';
import type { Quality } from '../core/cube/cube.ts';
import type { DefaultShare } from '../core/decide/default-share.ts';
import { described } from '../core/described.ts';
import { DROP_REASONS, type DropReason } from '../core/history/clean.ts';
import { Count, Time } from '../core/wire-fields.ts';
import { wireOf } from './wire-of.ts';

const dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, Count])) as Record<
  DropReason,
  typeof Count
>;

const DefaultShareSchema = wireOf<DefaultShare>()(
  z.strictObject({
    segment: z.string(),
    rows: described(Count, 'Kept rows of the history that can be asked for with this segment.'),
    by_default: described(Count, 'Those that the default answers.'),
    in_no_band: described(Count, 'Of these, rows in no band; the others are in a band without an amount.'),
  }),
);

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
  default_shares: described(
    z.array(DefaultShareSchema),
    'How much of the history the default would answer, by the segment that is asked for.',
  ),
});
export type ArtifactDescription = z.infer<typeof ArtifactDescriptionSchema>;
