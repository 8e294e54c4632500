import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { described } from '../core/described.ts';
import type { Statistic } from '../core/estimate/statistics.ts';
import { NEAREST_GIVEN_AMOUNT } from '../core/money.ts';
import { PERIODS } from '../core/period.ts';
import { Amount, Count, Currency, Names } from '../core/wire-fields.ts';
import { DecisionSchema } from './voucher.ts';
import { wireOf } from './wire-of.ts';

const StatisticSchema = wireOf<Statistic>()(
  z.strictObject({
    count: Count,
    observed: Count,
    mean: z.nullable(Amount),
    median: z.nullable(Amount),
    mode: z.nullable(Amount),
    q1: z.nullable(Amount),
    q3: z.nullable(Amount),
    standard_error: z.nullable(Amount),
    shrunk_mean: z.nullable(Amount),
    shrunk_median: z.nullable(Amount),
    shrunk_mode: z.nullable(Amount),
    amounts: z.record(z.string(), Count),
    trend: z.optional(
      described(
        z.strictObject({ rows: z.array(Count), mean: z.array(z.nullable(Amount)) }),
        'Only with trend=true, and not for combinations: kept rows and their mean in each of the periods.',
      ),
    ),
  }),
);

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
