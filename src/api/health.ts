import * as z from 'zod/mini';
import { GuardsSchema } from '../core/config/deployment.ts';
import { HISTORY_SOURCES } from '../core/publish/pointer.ts';
import { Count, described, Time, Version } from './fields.ts';
import { HoldSchema } from './versions.ts';

/** GET /health. */
export const HealthSchema = z.strictObject({ status: z.literal('ok') });
export type Health = z.infer<typeof HealthSchema>;

/** GET /ready. */
export const ReadinessSchema = z.strictObject({
  status: z.literal('ready'),
  version: Version,
  origin: described(z.string(), 'Where the artifact comes from: bundled, kv, file or url.'),
  published_at: described(z.nullable(Time), 'Since when it is live; null if it was never published.'),
  history_source: described(
    z.nullable(z.enum(HISTORY_SOURCES)),
    'Where the deployment takes its history from: uploads, or what the command line publishes. Null where nothing was published.',
  ),
  hold: described(z.nullable(HoldSchema), 'While there is one, nothing is published over the version.'),
  age: described(Count, 'Seconds since it was last confirmed to be the current one.'),
  stale: described(z.boolean(), 'Whether that is longer ago than stale_after of the config.'),
  fault: described(
    z.nullable(z.strictObject({ code: z.string(), since: Time })),
    'What keeps the service from getting the current artifact.',
  ),
  guards: described(
    GuardsSchema,
    'What a version has to pass before it goes live, by the config of the deployment.',
  ),
});
export type Readiness = z.infer<typeof ReadinessSchema>;
