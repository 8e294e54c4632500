import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { SOURCES } from '../core/decide/decision.ts';
import { described } from '../core/described.ts';
import { Amount, Count, Currency } from '../core/wire-fields.ts';

/** The codes of OpenFeature that an evaluation can fail with. */
const OFREP_CODES = ['PARSE_ERROR', 'INVALID_CONTEXT', 'TARGETING_KEY_MISSING', 'FLAG_NOT_FOUND'] as const;

/** The body of both routes: the evaluation context of OpenFeature. */
export const OfrepRequestSchema = z.object({
  context: described(
    z.looseObject({
      targetingKey: described(z.string(), 'The customer_id.'),
      country_code: z.string(),
      total_orders: z.nullish(Count),
      last_order_ts: z.nullish(z.string()),
      first_order_ts: z.nullish(z.string()),
      as_of: z.nullish(z.string()),
    }),
    'The fields of POST /voucher. Others are ignored.',
  ),
});

export const OfrepEvaluationSchema = z.strictObject({
  key: described(z.string(), 'The flag that was asked for: a segment, or an alias of one.'),
  value: described(Amount, 'What to give, in the currency of the country.'),
  variant: z.optional(described(z.string(), 'The band or combination, where there is one.')),
  reason: described(
    z.enum(['TARGETING_MATCH', 'DEFAULT']),
    'DEFAULT where the history has no answer, TARGETING_MATCH otherwise.',
  ),
  metadata: z.strictObject({
    version: Version,
    source: described(z.enum(SOURCES), 'Where on the ladder the answer was found.'),
    rows: described(Count, 'Rows of history that the amount comes from; 0 for the default.'),
    currency: z.optional(Currency),
  }),
});
export type OfrepEvaluation = z.infer<typeof OfrepEvaluationSchema>;

/** Why a flag, or with `key` missing a whole request, was not evaluated. */
export const OfrepFailureSchema = z.strictObject({
  key: z.optional(z.string()),
  errorCode: z.enum(OFREP_CODES),
  errorDetails: z.string(),
});
export type OfrepFailure = z.infer<typeof OfrepFailureSchema>;

/** The answer of the bulk route: every segment of the config, in its order. */
export const OfrepBulkSchema = z.strictObject({
  flags: z.array(z.union([OfrepEvaluationSchema, OfrepFailureSchema])),
});
export type OfrepBulk = z.infer<typeof OfrepBulkSchema>;
