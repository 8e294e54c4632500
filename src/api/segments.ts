import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { DecisionSchema } from '../core/decide/schema.ts';
import { described } from '../core/described.ts';
import { StatisticSchema } from '../core/estimate/schema.ts';
import { NEAREST_GIVEN_AMOUNT } from '../core/money.ts';
import { PERIODS } from '../core/period.ts';
import { Amount, Currency, Names } from '../core/wire-fields.ts';

const CellSchema = z.extend(
  z.partial(StatisticSchema),
  z.pick(DecisionSchema, { voucher_amount: true, source: true, sample_size: true }).shape,
);
/** What is given in one cell, with its statistics where the history has rows of it. */
export type Cell = z.infer<typeof CellSchema>;

const RoundTo = described(
  z.union([z.number(), z.literal(NEAREST_GIVEN_AMOUNT)]),
  'The number that amounts are multiples of, or nearest_given_amount.',
);

const CountryTableSchema = z.strictObject({
  default_amount: Amount,
  currency: z.nullable(Currency),
  round_to: RoundTo,
  overall: z.nullable(StatisticSchema),
  segments: z.record(z.string(), z.record(z.string(), CellSchema)),
});
export type CountryTable = z.infer<typeof CountryTableSchema>;

/** GET /artifact/segments: every answer of POST /voucher. */
export const DecisionTableSchema = z.strictObject({
  version: Version,
  statistic: z.string(),
  round_to: RoundTo,
  fallback: Names,
  default_amount: Amount,
  trend: z.optional(
    described(
      z.nullable(z.strictObject({ period: z.enum(PERIODS), periods: Names })),
      'Only with trend=true: the periods that trends are about; null for an artifact without trends.',
    ),
  ),
  segments: z.record(z.string(), z.looseObject({})),
  countries: z.record(z.string(), CountryTableSchema),
});
export type DecisionTable = z.infer<typeof DecisionTableSchema>;
