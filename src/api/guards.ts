import * as z from 'zod/mini';
import type { Verdict } from '../core/publish/guards.ts';
import { described, Version, wireOf } from './fields.ts';
import { GuardSchema } from './versions.ts';

/** GET /guards. */
export const VerdictsSchema = z.strictObject({
  version: described(Version, 'What is live.'),
  before: described(
    z.nullable(Version),
    'What was live before, with which it is compared. Null where there was none.',
  ),
  guards: z.array(
    wireOf<Verdict>()(
      z.strictObject({
        guard: GuardSchema,
        limit: described(z.number(), 'Of the config.'),
        passes: described(
          z.nullable(z.boolean()),
          'Whether what is live passes it; null where it compares, and there was nothing before.',
        ),
        message: described(z.nullable(z.string()), 'Why it does not pass.'),
      }),
    ),
  ),
});
export type Verdicts = z.infer<typeof VerdictsSchema>;
