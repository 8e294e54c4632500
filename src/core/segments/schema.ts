import * as z from 'zod/mini';
import { described } from '../described.ts';
import { FEATURE_NAMES } from './features.ts';

/** The largest edge of a band: a cube finds its cells by a table with an entry for each number up to here. */
export const LARGEST_EDGE = 100_000;

const Edge = z.int().check(z.gte(0), z.lte(LARGEST_EDGE));

const Band = described(
  z.strictObject({
    // Neither control characters nor halves of a character: no file and no database keeps them.
    name: z
      .string()
      .check(
        z.regex(
          /^(?!__proto__$)(?!.*[\p{Cc}\p{Cs}])\S(?:.{0,62}\S)?$/u,
          'a name of 1 to 64 characters, without control characters and white space at its ends, other than __proto__',
        ),
      ),
    min: Edge,
    max: z.optional(Edge),
  }),
  'A closed range of whole numbers; without max it has no upper end.',
);
export type Band = z.infer<typeof Band>;

export const SegmentName = z
  .string()
  .check(
    z.regex(/^[a-z][a-z0-9_]{0,63}$/, 'a name of a-z, 0-9 and _ that begins with a letter, at most 64 long'),
  );

/** What can be served of a cell. A `shrunk_` one is pulled toward the coarser level where the cell's rows are few. */
export const STATISTICS = [
  'mean',
  'median',
  'mode',
  'mean_snapped',
  'shrunk_mean',
  'shrunk_median',
  'shrunk_mode',
] as const;
export type ServedStatistic = (typeof STATISTICS)[number];

const Aliases = described(z._default(z.array(SegmentName), []), 'Other names that a request may use.');
const OwnStatistic = described(
  z.optional(z.enum(STATISTICS)),
  'What this segment serves, where it is not amount.statistic.',
);

export const Segment = z.strictObject({
  of: described(z.enum(FEATURE_NAMES), 'The quantity that is banded.'),
  aliases: Aliases,
  statistic: OwnStatistic,
  bands: described(
    z.array(Band).check(z.minLength(1)),
    'In any order, with or without gaps, never overlapping.',
  ),
});
export type Segment = z.infer<typeof Segment>;

export const Combined = z.strictObject({
  combine: described(
    z.array(SegmentName).check(z.minLength(1), z.maxLength(8)),
    'The segments that are taken jointly. The last is given up first where rows are few.',
  ),
  min_support: described(
    z._default(z.int().check(z.gte(1)), 20),
    'The rows with an amount of their own that a combination needs to decide.',
  ),
  aliases: Aliases,
  statistic: OwnStatistic,
});
export type Combined = z.infer<typeof Combined>;

/** What speaks against a config, though each key by itself fits. */
export interface Conflict {
  /** The keys that lead to it, and positions in lists. */
  path: (string | number)[];
  /** What was expected and what came. */
  message: string;
}
