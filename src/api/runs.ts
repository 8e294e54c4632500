import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { described } from '../core/described.ts';
import { PreviewSchema } from '../core/publish/comparison.ts';
import { Count, Names, Time } from '../core/wire-fields.ts';

const StepSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  attempts: Count,
  started_at: Time,
  finished_at: z.nullable(Time),
  reason: described(z.nullable(z.string()), 'Why the last attempt failed.'),
});

/** What a new file would change. */
export const Changes = described(
  z.nullable(PreviewSchema),
  'What it changes in the answers of POST /voucher and in what is spent with the default_segment, compared with the history before it, or else with what was live; null where there was neither, and past the first hundred of very many new files.',
);

/** What a look at one upload found, before it joined the history. */
const LookedAtSchema = z.strictObject({
  name: z.string(),
  etag: z.string(),
  state: described(z.enum(['joined', 'set_aside']), 'set_aside: its rows join nothing until it is accepted.'),
  reasons: described(Names, 'Why it was set aside.'),
  changes: Changes,
  rows_read: Count,
  rows_kept: Count,
  first_timestamp: described(z.nullable(Time), 'Of its kept rows; null without any.'),
  last_timestamp: z.nullable(Time),
});
export type LookedAt = z.infer<typeof LookedAtSchema>;

/** GET /runs/ID. */
export const RunSchema = z.strictObject({
  id: z.string(),
  state: described(
    z.enum(['waiting', 'running', 'published', 'unchanged', 'held', 'refused', 'continued', 'failed']),
    'waiting: it begins when the run before it ends. published: what it made is live. unchanged: it was live already. held: what is live is held, so it did not go live. refused: the data or a guard said no, and would say so again. continued: there were more new files than one run counts, and the next one goes on. failed: a step went wrong until its retries were used up, or nothing was heard of it any more; the next run may do better.',
  ),
  because: described(Names, 'What called for it, such as "PutObject orders.csv" or "cron"; the first few.'),
  force: described(z.boolean(), 'Whether it publishes past the guards.'),
  by: described(Names, 'The operators who had it started.'),
  started_at: Time,
  finished_at: z.nullable(Time),
  counts: described(
    z.nullable(
      z.strictObject({
        files: Count,
        counted: Count,
        reused: Count,
        quarantined: Count,
        rows_read: z.nullable(Count),
        rows_kept: z.nullable(Count),
      }),
    ),
    'Its files: read by it, known from an earlier run, and put into quarantine by it. Their rows are null where it did not come that far.',
  ),
  quarantined: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
  looked_at: described(
    z.array(LookedAtSchema),
    'The new files: each is looked at alone before it joins the history.',
  ),
  version: described(z.nullable(Version), 'Of the artifact that it made.'),
  warnings: described(
    Names,
    'What npm run build:artifact says of the same files, which of them have rows in the future, and settings that a version of the command line had and the deployment has not.',
  ),
  reasons: described(Names, 'Why it was refused or has failed, or what it was published in spite of.'),
  steps: z.array(StepSchema),
});
export type Run = z.infer<typeof RunSchema>;
export type RunState = Run['state'];

/** GET /runs. */
export const RunsSchema = z.strictObject({ runs: z.array(z.omit(RunSchema, { steps: true })) });
export type Runs = z.infer<typeof RunsSchema>;
export type ListedRun = Runs['runs'][number];

/** POST /runs and POST /uploads/NAME. */
export const RunStartedSchema = z.strictObject({ id: z.string() });
export type RunStarted = z.infer<typeof RunStartedSchema>;
