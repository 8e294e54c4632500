import * as z from 'zod/mini';
import { ArtifactConfigSchema } from '../../src/core/config/config.ts';
import { GuardsSchema } from '../../src/core/config/deployment.ts';
import { VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { PERIODS } from '../../src/core/period.ts';
import { RollbackSchema } from '../../src/routes/versions.ts';

const Count = z.int().check(z.gte(0));
const Amount = z.number().check(z.gte(0));
const Time = z.string().check(z.describe('ISO 8601 in UTC.'));
const Version = z.string().check(z.regex(/^[0-9a-f]{16}$/));
const describe = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const decision = {
  voucher_amount: describe(z.number().check(z.gte(0)), 'What to give, in the currency of the country.'),
  segment_name: describe(z.string(), 'The segment that was asked for, by its name in the config.'),
  segment: describe(z.nullable(z.string()), 'The band or combination; null when there is none.'),
  source: describe(z.enum(['segment', 'country', 'default']), 'The rung of the ladder that answered.'),
  sample_size: describe(z.int().check(z.gte(0)), 'Rows of history behind the amount; 0 for the default.'),
  artifact_version: describe(z.string(), 'The version that answered.'),
};

const Step = z.strictObject({
  rung: z.enum(['segment', 'country', 'default']),
  looked_up: z.nullable(z.string()),
  rows: z.nullable(Count),
  outcome: z.enum(['answered', 'unknown_country', 'no_band', 'no_rows', 'too_few_rows', 'no_amount']),
  reason: z.string(),
});

const Statistic = {
  count: Count,
  observed: Count,
  mean: z.nullable(Amount),
  median: z.nullable(Amount),
  mode: z.nullable(Amount),
  q1: z.nullable(Amount),
  q3: z.nullable(Amount),
  standard_error: z.nullable(Amount),
  shrunk_mean: z.nullable(Amount),
  shrunk_median: z.nullable(Amount),
  shrunk_mode: z.nullable(Amount),
  amounts: z.record(z.string(), Count),
  trend: z.optional(
    describe(
      z.strictObject({ rows: z.array(Count), mean: z.array(z.nullable(Amount)) }),
      'Only with trend=true, and not for combinations: kept rows and their mean in each of the periods.',
    ),
  ),
};

const Cell = z.extend(z.partial(z.strictObject(Statistic)), {
  voucher_amount: Amount,
  source: decision.source,
  sample_size: Count,
});

const pointer = { version: Version, published_at: Time, by: z.string(), previous: z.nullable(Version) };
const Move = z.strictObject({
  ...pointer,
  action: z.enum(['publish', 'rollback']),
  from: Time,
  to: z.nullable(Time),
});
const Names = z.array(z.string());
const Bands = z.array(z.strictObject({ segment: z.string(), band: z.string() }));
const beforeAfter = <T extends z.ZodMiniType>(value: T) => z.strictObject({ before: value, after: value });
const Upload = { name: z.string(), size: Count, etag: z.string() };

const run = {
  id: z.string(),
  state: z.enum(['running', 'published', 'unchanged', 'refused', 'continued', 'failed']),
  because: Names,
  force: z.boolean(),
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
};

const RunStep = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  attempts: Count,
  started_at: Time,
  finished_at: z.nullable(Time),
  reason: z.nullable(z.string()),
});

const problem = {
  title: z.string(),
  status: z.int(),
  code: describe(z.string(), 'Stable: what programs branch on.'),
  detail: describe(z.string(), 'What was expected, and what came.'),
  errors: z.optional(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
};

const Decision = z.strictObject({
  ...decision,
  explain: z.optional(
    describe(z.array(Step), 'Only with explain=true: every rung that was tried, in order.'),
  ),
});

/** What goes in and comes out of the API, by the names under which the reference shows it. */
export const SCHEMAS = {
  VoucherRequest: VoucherRequestSchema,
  VoucherRequests: z.array(VoucherRequestSchema),
  Decision,
  Decisions: z.array(
    z.union([
      z.strictObject(decision),
      z.strictObject({
        error: describe(
          z.strictObject({ ...problem, index: Count }),
          'In place of all the others: the problem with this entry, and its index from 0.',
        ),
      }),
    ]),
  ),
  Artifact: z.strictObject({
    version: Version,
    schema_version: z.literal(1),
    config: ArtifactConfigSchema,
    data: z.strictObject({ first_timestamp: Time, last_timestamp: Time }),
    quality: z.strictObject({
      rows_read: Count,
      rows_kept: Count,
      dropped: z.record(z.string(), Count),
      total_orders_filled: Count,
      voucher_amount_imputed: Count,
      first_order_ts_unreadable: Count,
      total_orders_unreadable: Count,
      voucher_amount_unreadable: Count,
    }),
  }),
  DecisionTable: z.strictObject({
    version: Version,
    statistic: z.string(),
    round_to: z.number(),
    fallback: Names,
    default_amount: Amount,
    trend: z.optional(
      describe(
        z.nullable(z.strictObject({ period: z.enum(PERIODS), periods: Names })),
        'Only with trend=true: the periods that trends are about; null for an artifact without trends.',
      ),
    ),
    segments: z.record(z.string(), z.looseObject({})),
    countries: z.record(
      z.string(),
      z.strictObject({
        default_amount: Amount,
        overall: z.nullable(z.strictObject(Statistic)),
        segments: z.record(z.string(), z.record(z.string(), Cell)),
      }),
    ),
  }),
  Health: z.strictObject({ status: z.literal('ok') }),
  Readiness: z.strictObject({
    status: z.literal('ready'),
    version: Version,
    origin: describe(z.string(), 'Where the artifact comes from: bundled, kv, file or url.'),
    published_at: z.nullable(Time),
    age: describe(Count, 'Seconds since it was last confirmed to be the current one.'),
    stale: z.boolean(),
    fault: z.nullable(z.strictObject({ code: z.string(), since: Time })),
    guards: describe(
      GuardsSchema,
      'What a version has to pass before it goes live, by the config of the deployment.',
    ),
  }),
  Versions: z.strictObject({
    live: z.nullable(z.object(pointer)),
    history: z.array(Move),
    stored: z.array(
      z.strictObject({
        version: Version,
        rows_kept: z.nullable(Count),
        countries: z.nullable(Count),
        bytes: z.nullable(Count),
        stored_at: z.nullable(Time),
      }),
    ),
  }),
  Comparison: z.looseObject({
    from: z.nullable(Version),
    to: Version,
    rows: beforeAfter(z.nullable(Count)),
    dropped: describe(beforeAfter(z.nullable(z.number())), 'Dropped rows as a share of those read.'),
    imputed: describe(
      beforeAfter(z.nullable(z.number())),
      'Kept rows without an amount of their own, as a share of those kept.',
    ),
    countries: z.strictObject({ added: Names, removed: Names }),
    bands: z.strictObject({ added: Bands, removed: Bands }),
    cells: z.strictObject({ same: Count, moved: Count, added: Count, removed: Count }),
    segments: describe(
      z.array(
        z.looseObject({
          segment: z.string(),
          rows: Count,
          rows_affected: Count,
          spend: beforeAfter(Amount),
        }),
      ),
      'If every customer of the history were asked for once with this segment.',
    ),
    changes: describe(
      z.array(
        z.looseObject({
          country: z.string(),
          segment: z.string(),
          band: z.string(),
          rows: Count,
          amount: beforeAfter(Amount),
        }),
      ),
      'The cells that move most money, at most 100.',
    ),
    changes_total: Count,
    objections: describe(
      z.array(z.strictObject({ guard: z.string(), message: z.string() })),
      'What the guards of the config say.',
    ),
  }),
  Rollback: RollbackSchema,
  Moved: z.strictObject({ moved: z.boolean(), pointer: z.object(pointer) }),
  Uploads: z.strictObject({
    uploads: z.array(z.strictObject({ ...Upload, uploaded_at: Time })),
    quarantined: z.array(z.strictObject({ name: z.string(), file: z.string(), reason: z.string() })),
  }),
  Upload: z.strictObject(Upload),
  Runs: z.strictObject({ runs: z.array(z.strictObject(run)) }),
  Run: z.strictObject({ ...run, steps: z.array(RunStep) }),
  RunStarted: z.strictObject({ id: z.string() }),
  Problem: z.strictObject({
    ...problem,
    request_id: describe(z.string(), 'Under which the log has more.'),
  }),
} satisfies Record<string, z.ZodMiniType>;

export type SchemaName = keyof typeof SCHEMAS;
