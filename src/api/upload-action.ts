import * as z from 'zod/mini';

/** The body of POST /uploads/NAME. The route reads it, so this file holds nothing else. */
export const UploadActionSchema = z.strictObject({
  action: z
    .enum(['accept', 'retry'])
    .check(
      z.describe(
        'accept has a file that is set aside join the history, past the guards; retry has it looked at again.',
      ),
    ),
});
