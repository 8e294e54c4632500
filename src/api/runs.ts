import * as z from 'zod/mini';
import type { LookedAt, RunRecord } from '../ingest/record.ts';
import { Count, described, Names, Time, Version, wireOf } from './fields.ts';
import { PreviewSchema } from './versions.ts';

const StepSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  attempts: Count,
  started_at: Time,
  finished_at: z.nullable(Time),
  reason: z.nullable(z.string()),
});

/** What a new file would change. */
export const Changes = described(
  z.nullable(PreviewSchema),
  'What it changes in the answers of POST /voucher and in what is spent with the default_segment, compared with the history before it, or else with what was live; null where there was neither.',
);

const LookedAtSchema = wireOf<LookedAt>()(
  z.strictObject({
    name: z.string(),
    etag: z.string(),
    state: z.enum(['joined', 'set_aside']),
    reasons: Names,
    changes: Changes,
    rows_read: Count,
    rows_kept: Count,
    first_timestamp: z.nullable(Time),
    last_timestamp: z.nullable(Time),
  }),
);

/** GET /runs/ID. */
export const RunSchema = wireOf<RunRecord>()(
  z.strictObject({
    id: z.string(),
    state: z.enum(['waiting', 'running', 'published', 'unchanged', 'held', 'refused', 'continued', 'failed']),
    because: Names,
    force: z.boolean(),
    by: Names,
    started_at: Time,
    finished_at: z.nullable(Time),
    counts: z.nullable(
      z.strictObject({
        files: Count,
        counted: Count,
        reused: Count,
        quarantined: Count,
        rows_read: z.nullable(Count),
        rows_kept: z.nullable(Count),
      }),
    ),
    quarantined: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
    looked_at: described(
      z.array(LookedAtSchema),
      'The new files: each is looked at alone before it joins the history.',
    ),
    version: z.nullable(Version),
    warnings: described(z.array(z.string()), 'What npm run build:artifact says of the same files.'),
    reasons: Names,
    steps: z.array(StepSchema),
  }),
);
export type Run = z.infer<typeof RunSchema>;

/** GET /runs. */
export const RunsSchema = z.strictObject({ runs: z.array(z.omit(RunSchema, { steps: true })) });
export type Runs = z.infer<typeof RunsSchema>;

/** POST /runs. */
export const RunStartedSchema = z.strictObject({ id: z.string() });
export type RunStarted = z.infer<typeof RunStartedSchema>;
