import * as z from 'zod/mini';
import type { RunRecord } from '../ingest/record.ts';
import { Count, Names, Time, Version, wireOf } from './fields.ts';

const StepSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  attempts: Count,
  started_at: Time,
  finished_at: z.nullable(Time),
  reason: z.nullable(z.string()),
});

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
    version: z.nullable(Version),
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
