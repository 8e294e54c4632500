import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { type Decision, SOURCES } from '../core/decide/decision.ts';
import type { Step } from '../core/decide/explain.ts';
import type { VoucherRequestSchema } from '../core/decide/request.ts';
import { described } from '../core/described.ts';
import { Amount, Count, Currency } from '../core/wire-fields.ts';
import { wireOf } from './wire-of.ts';

/** The body of POST /voucher as it is sent: times as text. */
export type VoucherInput = z.input<typeof VoucherRequestSchema>;

export const DecisionSchema = wireOf<Decision>()(
  z.strictObject({
    voucher_amount: described(Amount, 'What to give, in the currency of the country.'),
    currency: z.optional(Currency),
    segment_name: described(z.string(), 'The segment that was asked for, by its name in the config.'),
    segment: described(z.nullable(z.string()), 'The band or combination; null outside every band.'),
    source: described(z.enum(SOURCES), 'Where on the ladder the answer was found.'),
    sample_size: described(Count, 'Rows of history that the amount comes from; 0 for the default.'),
    artifact_version: described(Version, 'The version that answered.'),
  }),
);

const StepSchema = wireOf<Step>()(
  z.strictObject({
    source: z.enum(SOURCES),
    looked_up: z.nullable(z.string()),
    rows: z.nullable(Count),
    outcome: z.enum(['answered', 'unknown_country', 'no_band', 'no_rows', 'too_few_rows', 'no_amount']),
    reason: z.string(),
  }),
);

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
