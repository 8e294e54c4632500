import * as z from 'zod/mini';
import { SOURCES } from '../core/decide/decision.ts';
import { GUARD_NAMES } from '../core/publish/guards.ts';
import { ACTIONS, HISTORY_SOURCES } from '../core/publish/pointer.ts';
import type { Preview } from '../core/publish/preview.ts';
import type { Moved } from '../core/publish/publish.ts';
import type { Comparison, Versions } from '../core/publish/versions.ts';
import { Amount, Count, Currency, described, Names, Time, Version, wireOf } from './fields.ts';

/** Who holds what is live, since when and why. */
export const HeldSchema = z.strictObject({ since: Time, by: z.string(), reason: z.nullable(z.string()) });

const entry = {
  version: described(Version, 'What is live from then on.'),
  action: described(
    z.enum(ACTIONS),
    'What moved the pointer. bundled is the version that was deployed with the service.',
  ),
  at: Time,
  by: described(z.string(), 'A person or a program.'),
  reason: z.nullable(z.string()),
  previous: described(z.nullable(Version), 'What was live just before.'),
  previous_at: z.nullable(Time),
  live_since: described(Time, 'Since when the version is live without a break.'),
  hold: described(z.nullable(HeldSchema), 'While there is one, nothing is published over this version.'),
  run: described(z.nullable(z.string()), 'The run that published it, where uploads did.'),
  history_source: described(
    z.nullable(z.enum(HISTORY_SOURCES)),
    'Where the deployment takes its history from; the last publish decided. Null before the first one.',
  ),
};
const PointerSchema = z.strictObject(entry);

/** GET /versions. */
export const VersionsSchema = wireOf<Versions>()(
  z.strictObject({
    live: described(z.nullable(PointerSchema), 'Null where nothing was ever published.'),
    history: described(
      z.array(z.strictObject({ ...entry, from: z.nullable(Time), to: z.nullable(Time) })),
      'What moved the pointer, the newest first. from is null for the bundled version, to for the last entry.',
    ),
    stored: described(
      z.array(
        z.strictObject({
          version: Version,
          rows_kept: z.nullable(Count),
          countries: z.nullable(Count),
          bytes: z.nullable(Count),
          stored_at: z.nullable(Time),
        }),
      ),
      'The versions that can be made live again.',
    ),
  }),
);

/** The guards that look at a version. */
export const GuardSchema = z.enum(GUARD_NAMES);

const band = { segment: z.string(), band: z.string() };
const Bands = z.array(z.strictObject(band));
const beforeAfter = <T extends z.ZodMiniType>(value: T) => z.strictObject({ before: value, after: value });
/** Null before the first version. */
const since = <T extends z.ZodMiniType>(value: T) =>
  z.strictObject({ before: z.nullable(value), after: value });

const Currencies = beforeAfter(z.nullable(Currency));

const AnswerCounts = described(
  z.strictObject({ same: Count, moved: Count, added: Count, removed: Count }),
  'All that POST /voucher can answer.',
);
const AnswerChangeSchema = z.strictObject({
  country: z.nullable(z.string()),
  segment: z.string(),
  band: z.nullable(z.string()),
  amount: beforeAfter(z.nullable(Amount)),
  currency: Currencies,
  source: beforeAfter(z.nullable(z.enum(SOURCES))),
  rows: beforeAfter(Count),
});
const segmentChange = {
  segment: z.string(),
  rows: Count,
  rows_affected: Count,
  spend: described(
    z.array(
      z.strictObject({
        currency: z.nullable(Currency),
        country: z.nullable(z.string()),
        countries: Count,
        before: Amount,
        after: Amount,
      }),
    ),
    'A sum for each currency, and one for each country without one.',
  ),
};

/** What a new file would change: part of GET /uploads and GET /runs. */
export const PreviewSchema = wireOf<Preview>()(
  z.strictObject({
    ...segmentChange,
    answers: AnswerCounts,
    largest: described(z.nullable(AnswerChangeSchema), 'The answer whose amount changes most.'),
  }),
);

/** GET /versions/diff. */
export const ComparisonSchema = wireOf<Comparison>()(
  z.strictObject({
    from: z.nullable(Version),
    to: Version,
    config: described(Names, 'What the two configs differ in: `amount.statistic: mean → median`.'),
    rows: since(Count),
    dropped: described(since(z.number()), 'Dropped rows as a share of those read.'),
    imputed: described(
      since(z.number()),
      'Kept rows without an amount of their own, as a share of those kept.',
    ),
    countries: z.strictObject({ added: Names, removed: Names }),
    bands: z.strictObject({ added: Bands, removed: Bands }),
    cells: z.strictObject({ same: Count, moved: Count, added: Count, removed: Count }),
    segments: described(
      z.array(z.strictObject(segmentChange)),
      'If every row of the history were asked for once with this segment.',
    ),
    changes: described(
      z.array(
        z.strictObject({
          ...band,
          country: z.string(),
          rows: Count,
          amount: beforeAfter(Amount),
          currency: Currencies,
          mean: beforeAfter(z.nullable(Amount)),
          kept: beforeAfter(Count),
        }),
      ),
      'The cells that move most money, each in its own currency, at most 100.',
    ),
    spend: described(
      z.array(
        z.strictObject({
          country: z.string(),
          segment: z.string(),
          rows: Count,
          currency: Currencies,
          before: Amount,
          after: Amount,
        }),
      ),
      'By country, if every row of its history were asked for once with a segment.',
    ),
    defaults: described(
      z.array(
        z.strictObject({
          segment: z.string(),
          is_default_segment: z.boolean(),
          rows: Count,
          before: z.nullable(z.number()),
          after: z.number(),
        }),
      ),
      'The share of the rows of the history that the default answers, by segment.',
    ),
    answers: AnswerCounts,
    answer_changes: described(
      z.array(AnswerChangeSchema),
      'The answers that change, the largest change first, at most 100. Country is null for any other country, band for customers in none.',
    ),
    changes_total: Count,
    objections: described(
      z.array(z.strictObject({ guard: GuardSchema, message: z.string() })),
      'What the guards of the config say.',
    ),
  }),
);

/** POST /rollback, /hold and /release. */
export const MovedSchema = wireOf<Moved>()(
  z.strictObject({
    moved: described(z.boolean(), 'False when nothing changed.'),
    pointer: PointerSchema,
  }),
);
export type { Comparison, Moved, Versions };
