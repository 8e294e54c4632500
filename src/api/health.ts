import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { GuardsSchema } from '../core/config/deployment.ts';
import { described } from '../core/described.ts';
import { HISTORY_SOURCES } from '../core/publish/pointer.ts';
import { Count, Names, Time } from '../core/wire-fields.ts';
import { HeldSchema } from './versions.ts';

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
  hold: described(z.nullable(HeldSchema), 'While there is one, nothing is published over the version.'),
  check: described(
    z.strictObject({ age_seconds: Count, overdue: z.boolean() }),
    'The last time that the service made sure that this is the current artifact: how long ago that was, and whether that is more than largest_check_age_seconds of the config although it has tried since. It looks when it is asked: the age of an idle service is no fault.',
  ),
  data: described(
    z.strictObject({ last_timestamp: Time, age_days: Count, largest_age_days: Count, stale: z.boolean() }),
    'How old the newest row of the history is, and whether that is more than largest_data_age_days of the config.',
  ),
  warnings: described(Names, 'What people should look at, in sentences. The service answers all the same.'),
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
