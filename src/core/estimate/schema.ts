import * as z from 'zod/mini';
import { described } from '../described.ts';
import { Amount, Count } from '../wire-fields.ts';

const TrendSchema = z.strictObject({
  /** Kept rows. */
  rows: z.array(Count),
  /** Of the observed and filled amounts, as the mean of the cell is; null without any. */
  mean: z.array(z.nullable(Amount)),
});
/** How a cell went: an entry for each period of the artifact, the oldest first. */
export type Trend = z.infer<typeof TrendSchema>;

export const StatisticSchema = z.strictObject({
  /** Kept rows. */
  count: Count,
  /** Of these, rows with an amount of their own. */
  observed: Count,
  /** Of the observed and filled amounts; null where there is neither. */
  mean: z.nullable(Amount),
  /** Of the observed amounts, the lower one of two; null without any. */
  median: z.nullable(Amount),
  /** The most frequent observed amount, a tie to the smaller; null without any. */
  mode: z.nullable(Amount),
  /** The quartiles of the observed amounts: a quarter of the rows, or three, lie at or below them; null without any. */
  q1: z.nullable(Amount),
  q3: z.nullable(Amount),
  /** Of the mean of the observed amounts: sample standard deviation / √observed; null for fewer than two rows. */
  standard_error: z.nullable(Amount),
  /** The same statistics, pulled toward the coarser level where the cell's own rows are few: see shrink.ts. */
  shrunk_mean: z.nullable(Amount),
  shrunk_median: z.nullable(Amount),
  shrunk_mode: z.nullable(Amount),
  /** Rows for each observed amount. */
  amounts: z.record(z.string(), Count),
  trend: z.optional(
    described(
      TrendSchema,
      'Only with trend=true, and not for combinations: kept rows and their mean in each of the periods.',
    ),
  ),
});
/** The statistics of one cell: all that the history says of the amounts given there. */
export type Statistic = z.infer<typeof StatisticSchema>;
