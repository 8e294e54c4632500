import * as z from 'zod/mini';
import { Version } from '../artifact/version.ts';
import { described } from '../described.ts';
import { Amount, Count, Currency } from '../wire-fields.ts';
import { SOURCES } from './decision.ts';

// What deciding gives, as it goes over the wire: the reference has the schemas, the rest their types.

/** The answer of POST /voucher. It is shared: the same cell gives the same object each time. */
export const DecisionSchema = z.strictObject({
  voucher_amount: described(Amount, 'What to give, in the currency of the country.'),
  currency: z.optional(Currency),
  segment_name: described(z.string(), 'The segment that was asked for, by its name in the config.'),
  /** Of a combined segment it is null when no combination had the rows. */
  segment: described(z.nullable(z.string()), 'The band or combination; null outside every band.'),
  source: described(z.enum(SOURCES), 'Where on the ladder the answer was found.'),
  sample_size: described(Count, 'Rows of history that the amount comes from; 0 for the default.'),
  artifact_version: described(Version, 'The version that answered.'),
});
export type Decision = z.infer<typeof DecisionSchema>;

/** One step of the walk down the ladder. */
export const StepSchema = z.strictObject({
  /** What a step can answer from. */
  source: z.enum(SOURCES),
  /** A band, a combination, a country; null where there was nothing to look up. */
  looked_up: z.nullable(z.string()),
  /** Kept rows of history there; null where the table does not say. */
  rows: z.nullable(Count),
  /** Whether the answer comes from here, and if not, why the walk went on. */
  outcome: z.enum(['answered', 'unknown_country', 'no_band', 'no_rows', 'too_few_rows', 'no_amount']),
  /** The same for people. */
  reason: z.string(),
});
export type Step = z.infer<typeof StepSchema>;

/** How much of the history the default would answer, if each of its rows were asked for once with a segment. */
export const DefaultShareSchema = z.strictObject({
  segment: z.string(),
  rows: described(Count, 'Kept rows of the history that can be asked for with this segment.'),
  by_default: described(Count, 'Those that the default answers.'),
  in_no_band: described(Count, 'Of these, rows in no band; the others are in a band without an amount.'),
});
export type DefaultShare = z.infer<typeof DefaultShareSchema>;
