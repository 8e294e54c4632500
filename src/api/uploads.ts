import * as z from 'zod/mini';
import { described } from '../core/described.ts';
import { Count, Names, Time } from '../core/wire-fields.ts';
import { Changes } from './runs.ts';

/** PUT /uploads/NAME. */
export const UploadSchema = z.strictObject({ name: z.string(), size: Count, etag: z.string() });
export type Upload = z.infer<typeof UploadSchema>;

/** One file of GET /uploads. */
const ListedUploadSchema = z.extend(UploadSchema, {
  uploaded_at: Time,
  by: described(z.nullable(z.string()), 'Who put it there; null where it came into the bucket another way.'),
  reason: described(z.nullable(z.string()), 'What they said of it.'),
  state: described(
    z.enum(['new', 'joined', 'set_aside', 'accepted', 'unreadable']),
    'new: no run has looked at it. joined: its rows are in the history. set_aside: they join nothing until it is accepted. unreadable: it was moved to quarantine.',
  ),
  reasons: described(Names, 'Why it is set aside or unreadable.'),
  changes: Changes,
  rows_read: z.nullable(Count),
  rows_kept: z.nullable(Count),
  first_timestamp: z.nullable(Time),
  last_timestamp: z.nullable(Time),
  run: described(z.nullable(z.string()), 'The run that looked at it.'),
});
export type ListedUpload = z.infer<typeof ListedUploadSchema>;

/** GET /uploads. */
export const UploadsSchema = z.strictObject({ uploads: z.array(ListedUploadSchema) });
export type Uploads = z.infer<typeof UploadsSchema>;
