import * as z from 'zod/mini';
import type { Moved } from '../core/publish/publish.ts';
import type { Comparison, Versions } from '../core/publish/versions.ts';
import { Amount, Count, described, Names, Time, Version, wireOf } from './fields.ts';

const pointer = {
  version: Version,
  published_at: Time,
  by: described(z.string(), 'Who moved the pointer: a person or a program.'),
  previous: described(z.nullable(Version), 'What was live before.'),
};
const PointerSchema = z.strictObject(pointer);

/** GET /versions. */
export const VersionsSchema = wireOf<Versions>()(
  z.strictObject({
    live: described(z.nullable(PointerSchema), 'Null where nothing was ever published.'),
    history: described(
      z.array(
        z.strictObject({
          ...pointer,
          action: z.enum(['publish', 'rollback']),
          from: Time,
          to: z.nullable(Time),
        }),
      ),
      'What was live when, the newest first.',
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

const band = { segment: z.string(), band: z.string() };
const Bands = z.array(z.strictObject(band));
const beforeAfter = <T extends z.ZodMiniType>(value: T) => z.strictObject({ before: value, after: value });

/** GET /versions/diff. */
export const ComparisonSchema = wireOf<Comparison>()(
  z.strictObject({
    from: z.nullable(Version),
    to: Version,
    rows: z.strictObject({ before: z.nullable(Count), after: Count }),
    dropped: described(
      z.strictObject({ before: z.nullable(z.number()), after: z.number() }),
      'Dropped rows as a share of those read.',
    ),
    countries: z.strictObject({ added: Names, removed: Names }),
    bands: z.strictObject({ added: Bands, removed: Bands }),
    cells: z.strictObject({ same: Count, moved: Count, added: Count, removed: Count }),
    segments: described(
      z.array(
        z.strictObject({
          segment: z.string(),
          rows: Count,
          rows_affected: Count,
          spend: beforeAfter(Amount),
        }),
      ),
      'If every customer of the history were asked for once with this segment.',
    ),
    changes: described(
      z.array(
        z.strictObject({
          ...band,
          country: z.string(),
          rows: Count,
          amount: beforeAfter(Amount),
          mean: beforeAfter(z.nullable(Amount)),
          kept: beforeAfter(Count),
        }),
      ),
      'The cells that move most money, at most 100.',
    ),
    changes_total: Count,
    objections: described(
      z.array(
        z.strictObject({
          guard: z.enum([
            'largest_mean_change',
            'smallest_share_of_rows',
            'largest_share_dropped',
            'most_countries_lost',
          ]),
          message: z.string(),
        }),
      ),
      'What the guards of the config say.',
    ),
  }),
);

/** POST /rollback. */
export const MovedSchema = wireOf<Moved>()(
  z.strictObject({
    moved: described(z.boolean(), 'False when the version was live already.'),
    pointer: PointerSchema,
  }),
);
export type { Comparison, Moved, Versions };
