import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { described } from '../core/described.ts';
import { VerdictSchema } from '../core/publish/comparison.ts';

/** GET /guards. */
export const VerdictsSchema = z.strictObject({
  version: described(Version, 'What is live.'),
  before: described(
    z.nullable(Version),
    'What was live before, with which it is compared. Null where there was none.',
  ),
  guards: z.array(VerdictSchema),
});
export type Verdicts = z.infer<typeof VerdictsSchema>;
