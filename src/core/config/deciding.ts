import * as z from 'zod/mini';
import { Combined, Segment, SegmentName, STATISTICS } from '../segments/schema.ts';
import { amountMoney, money } from './money.ts';

export const IMPUTATIONS = ['mean', 'knn', 'exclude'] as const;

/** What deciding needs; the artifact carries it. */
export const deciding = {
  segments: z.record(SegmentName, Segment).check(z.describe('How customers are grouped, by name.')),
  combined: z
    ._default(z.record(SegmentName, Combined), {})
    .check(z.describe('Segments made of others taken jointly, by name; requested like other segments.')),
  imputation: z
    ._default(z.enum(IMPUTATIONS), 'mean')
    .check(
      z.describe(
        'What replaces a missing voucher_amount: the mean of the country, that of the nearest cells (knn), or nothing.',
      ),
    ),
  amount: z._default(
    z.strictObject({
      statistic: z
        ._default(z.enum(STATISTICS), 'mean')
        .check(
          z.describe(
            'What is served; mean_snapped is the amount of the country nearest to the mean, the shrunk ones lean on the coarser level where rows are few.',
          ),
        ),
      ...amountMoney,
    }),
    { statistic: 'mean', round_to: 0.01 },
  ),
  default_segment: z
    .optional(SegmentName)
    .check(
      z.describe(
        'The segment that decides for a request that names none: the one to use. `evaluate --recommend` finds it.',
      ),
    ),
  fallback: z
    ._default(z.array(z.enum(['country'])).check(z.maxLength(1)), [])
    .check(z.describe('The levels between the segment and the default.')),
  ...money,
};

/** The config that an artifact carries. */
export type DecidingConfig = z.infer<z.ZodMiniObject<typeof deciding>>;
