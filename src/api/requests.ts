// Routes read these schemas, so this file holds nothing else: it is in the Worker's bundle.
import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { described } from '../core/described.ts';
import { ReasonSchema } from '../core/publish/reason.ts';

const reason = described(
  z._default(z.nullable(ReasonSchema), null),
  'One line for the history, at most 500 characters.',
);

/** The body of POST /rollback. */
export const RollbackSchema = z.strictObject({
  version: described(
    z._default(z.nullable(Version), null),
    'One that is stored; without it, the one that was live before.',
  ),
  reason,
});

/** The body of POST /hold. */
export const HoldSchema = z.strictObject({
  version: described(
    z._default(z.nullable(Version), null),
    'One that is stored, to make live and hold; without it, what is live is held.',
  ),
  reason,
});

/** The body of POST /release. */
export const ReleaseSchema = z.strictObject({ reason });

/** The body of POST /uploads/NAME. */
export const UploadActionSchema = z.strictObject({
  action: described(
    z.enum(['accept', 'retry']),
    'accept has a file that is set aside join the history, past the guards; retry has it looked at again.',
  ),
});
