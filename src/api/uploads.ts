import * as z from 'zod/mini';
import { Count, described, Time } from './fields.ts';

/** PUT /uploads/NAME. */
export const UploadSchema = z.strictObject({ name: z.string(), size: Count, etag: z.string() });
export type Upload = z.infer<typeof UploadSchema>;

/** GET /uploads. */
export const UploadsSchema = z.strictObject({
  uploads: z.array(z.extend(UploadSchema, { uploaded_at: Time })),
  quarantined: described(
    z.array(z.strictObject({ name: z.string(), file: z.string(), reason: z.string() })),
    'Files that could not be read: where each is in the bucket now, and the beginning of the reason.',
  ),
});
export type Uploads = z.infer<typeof UploadsSchema>;
