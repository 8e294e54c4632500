import * as z from 'zod/mini';
import { SCHEMA_VERSION } from '../core/artifact/table.ts';
import { Version } from '../core/artifact/version.ts';
import { ArtifactConfigSchema } from '../core/config/config.ts';
import { QualitySchema } from '../core/cube/schema.ts';
import { DefaultShareSchema } from '../core/decide/schema.ts';
import { described } from '../core/described.ts';
import { Time } from '../core/wire-fields.ts';

/** GET /artifact: what answers are made from, without the table itself. */
export const ArtifactDescriptionSchema = z.strictObject({
  version: Version,
  schema_version: z.literal(SCHEMA_VERSION),
  config: ArtifactConfigSchema,
  data: z.strictObject({ first_timestamp: Time, last_timestamp: Time }),
  quality: QualitySchema,
  default_shares: described(
    z.array(DefaultShareSchema),
    'How much of the history the default would answer, by the segment that is asked for.',
  ),
});
export type ArtifactDescription = z.infer<typeof ArtifactDescriptionSchema>;
