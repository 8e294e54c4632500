import * as z from 'zod/mini';
import { described } from '../described.ts';
import { Combined, Segment, SegmentName, STATISTICS } from '../segments/schema.ts';
import { amountMoney, moneyKeys } from './money.ts';

export const IMPUTATIONS = ['mean', 'knn', 'exclude'] as const;

/** What deciding needs; the artifact carries it. */
export const deciding = {
  segments: described(z.record(SegmentName, Segment), 'How customers are grouped, by name.'),
  combined: described(
    z._default(z.record(SegmentName, Combined), {}),
    'Segments made of others taken jointly, by name; requested like other segments.',
  ),
  imputation: described(
    z._default(z.enum(IMPUTATIONS), 'mean'),
    'What replaces a missing voucher_amount: the mean of the country, that of the nearest cells (knn), or nothing.',
  ),
  amount: z._default(
    z.strictObject({
      statistic: described(
        z._default(z.enum(STATISTICS), 'mean'),
        'What is served; mean_snapped is the amount of the country nearest to the mean, the shrunk ones lean on the coarser level where rows are few.',
      ),
      ...amountMoney,
    }),
    { statistic: 'mean', round_to: 0.01 },
  ),
  default_segment: described(
    z.optional(SegmentName),
    'The segment that decides for a request that names none: the one to use. `evaluate --recommend` finds it.',
  ),
  fallback: described(
    z._default(z.array(z.enum(['country'])).check(z.maxLength(1)), []),
    'The levels between the segment and the default.',
  ),
  ...moneyKeys,
};

/** The config that an artifact carries. */
export type DecidingConfig = z.infer<z.ZodMiniObject<typeof deciding>>;
