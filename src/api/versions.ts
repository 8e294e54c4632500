import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { described } from '../core/described.ts';
import { ACTIONS, HISTORY_SOURCES } from '../core/publish/pointer.ts';
import { Count, Time } from '../core/wire-fields.ts';

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
export const VersionsSchema = z.strictObject({
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
});
export type Versions = z.infer<typeof VersionsSchema>;

/** POST /rollback, /hold and /release. */
export const MovedSchema = z.strictObject({
  moved: described(z.boolean(), 'False when nothing changed.'),
  pointer: PointerSchema,
});
export type Moved = z.infer<typeof MovedSchema>;
