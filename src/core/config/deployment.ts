import * as z from 'zod/mini';
import { DEFAULT_DEPLOYMENT, DEFAULT_GUARDS } from './defaults.ts';

const Share = z.number().check(z.gte(0), z.lte(1));

/** What an artifact may change when it is published. */
export const GuardsSchema = z.strictObject({
  largest_amount_change: z
    ._default(z.number().check(z.gte(0)), DEFAULT_GUARDS.largest_amount_change)
    .check(
      z.describe(
        'An amount may change by this share of what it was, but for some customers: largest_share_changed.',
      ),
    ),
  largest_share_changed: z
    ._default(Share, DEFAULT_GUARDS.largest_share_changed)
    .check(
      z.describe(
        'Customers of a country whose amount may change by more than largest_amount_change, as a share: its rows, each asked for once with a segment. None may get something in place of nothing or of the default, or the other way round.',
      ),
    ),
  largest_spend_change: z
    ._default(z.number().check(z.gte(0)), DEFAULT_GUARDS.largest_spend_change)
    .check(
      z.describe(
        'What a country is given, if every row of its history were asked for once with a segment, may change by this share.',
      ),
    ),
  largest_mean_change: z
    ._default(z.number().check(z.gte(0)), DEFAULT_GUARDS.largest_mean_change)
    .check(
      z.describe(
        'The mean of a cell may move by this share of what it was, and that of the new rows of a country may differ by as much from that of its rows before.',
      ),
    ),
  smallest_cell: z
    ._default(z.int().check(z.gte(1)), DEFAULT_GUARDS.smallest_cell)
    .check(
      z.describe('Cells with fewer rows, before or after, may move as they like; doctor calls them thin.'),
    ),
  smallest_share_of_rows: z
    ._default(Share, DEFAULT_GUARDS.smallest_share_of_rows)
    .check(
      z.describe(
        'Rows kept, as a share of the rows of what is live: in all, and in the periods that both cover.',
      ),
    ),
  largest_share_dropped: z
    ._default(Share, DEFAULT_GUARDS.largest_share_dropped)
    .check(z.describe('Rows dropped, as a share of those read.')),
  largest_share_unreadable: z
    ._default(Share, DEFAULT_GUARDS.largest_share_unreadable)
    .check(
      z.describe(
        'Kept rows with a field that cannot be read, as a share of all kept; for each field. It ends a build.',
      ),
    ),
  largest_share_imputed: z
    ._default(Share, DEFAULT_GUARDS.largest_share_imputed)
    .check(z.describe('Kept rows without an amount of their own, as a share of all kept.')),
  most_countries_lost: z
    ._default(z.int().check(z.gte(0)), DEFAULT_GUARDS.most_countries_lost)
    .check(z.describe('Countries that are live and no longer in the history.')),
  largest_share_default: z
    ._default(Share, 0.25)
    .check(
      z.describe(
        'Rows of the history that the default answers, as a share of those that are asked with default_segment.',
      ),
    ),
  largest_default_growth: z
    ._default(Share, 0.1)
    .check(
      z.describe(
        'The share of rows that the default answers may grow by this, whatever segment they are asked with.',
      ),
    ),
});
export type Guards = z.infer<typeof GuardsSchema>;

/** What a config says of publishing and serving. */
export const deployment = {
  guards: z
    ._default(GuardsSchema, DEFAULT_GUARDS)
    .check(z.describe('What stops an artifact from being published.')),
  largest_data_age_days: z
    ._default(z.int().check(z.gte(1)), DEFAULT_DEPLOYMENT.largest_data_age_days)
    .check(z.describe('A history is stale when its newest row is older than this many days.')),
  largest_check_age_seconds: z
    ._default(z.int().check(z.gte(1)), DEFAULT_DEPLOYMENT.largest_check_age_seconds)
    .check(
      z.describe(
        'The check whether a newer artifact is live is overdue when the last one that succeeded is older than this, and one has failed since.',
      ),
    ),
};
export type Deployment = z.infer<z.ZodMiniObject<typeof deployment>>;
