import * as z from 'zod/mini';
import { VoucherRequestSchema } from '../core/decide/request.ts';
import { DecisionSchema } from '../core/decide/schema.ts';
import { described } from '../core/described.ts';
import { EntryProblemSchema } from './problem.ts';

/** The body of POST /vouchers. */
export const VoucherRequestsSchema = z.array(VoucherRequestSchema);

export const BatchEntrySchema = z.union([
  DecisionSchema,
  z.strictObject({
    error: described(EntryProblemSchema, 'In place of all the others: the problem with this entry.'),
  }),
]);
export type BatchEntry = z.infer<typeof BatchEntrySchema>;

/** The answer of POST /vouchers. */
export const BatchSchema = z.array(BatchEntrySchema);
