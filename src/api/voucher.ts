import * as z from 'zod/mini';
import { VoucherRequestSchema } from '../core/decide/request.ts';
import { DecisionSchema, StepSchema } from '../core/decide/schema.ts';
import { described } from '../core/described.ts';
import { EntryProblemSchema } from './problem.ts';

/** The body of POST /voucher as it is sent: times as text. */
export type VoucherInput = z.input<typeof VoucherRequestSchema>;

/** The answer of POST /voucher. */
export const VoucherAnswerSchema = z.extend(DecisionSchema, {
  explain: z.optional(
    described(
      z.array(StepSchema),
      'Only with explain=true: every step of the ladder that was tried, in order.',
    ),
  ),
});
export type VoucherAnswer = z.infer<typeof VoucherAnswerSchema>;

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
