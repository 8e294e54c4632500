import * as z from 'zod/mini';
import type { VoucherRequestSchema } from '../core/decide/request.ts';
import { DecisionSchema, StepSchema } from '../core/decide/schema.ts';
import { described } from '../core/described.ts';

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
