import * as z from 'zod/mini';
import { described } from '../described.ts';
import { DEFAULT_DEPLOYMENT, DEFAULT_GUARDS } from './defaults.ts';

const Share = z.number().check(z.gte(0), z.lte(1));

/** What an artifact may change when it is published. */
export const GuardsSchema = z.strictObject({
  largest_amount_change: described(
    z._default(z.number().check(z.gte(0)), DEFAULT_GUARDS.largest_amount_change),
    'An amount may change by this share of what it was, but for some customers: largest_share_changed.',
  ),
  largest_share_changed: described(
    z._default(Share, DEFAULT_GUARDS.largest_share_changed),
    'Customers of a country whose amount may change by more than largest_amount_change, as a share: its rows, each asked for once with a segment. None may get something in place of nothing or of the default, or the other way round.',
  ),
  largest_spend_change: described(
    z._default(z.number().check(z.gte(0)), DEFAULT_GUARDS.largest_spend_change),
    'What a country is given, if every row of its history were asked for once with a segment, may change by this share.',
  ),
  largest_mean_change: described(
    z._default(z.number().check(z.gte(0)), DEFAULT_GUARDS.largest_mean_change),
    'The mean of a cell may change by this share. The mean of the new rows of a country may differ by the same share from the mean of its rows before.',
  ),
  smallest_cell: described(
    z._default(z.int().check(z.gte(1)), DEFAULT_GUARDS.smallest_cell),
    'Cells with fewer rows, before or after, may change freely; doctor calls them thin.',
  ),
  smallest_share_of_rows: described(
    z._default(Share, DEFAULT_GUARDS.smallest_share_of_rows),
    'Rows kept, as a share of the rows of what is live: in all, and in the periods that both cover.',
  ),
  largest_share_dropped: described(
    z._default(Share, DEFAULT_GUARDS.largest_share_dropped),
    'Rows dropped, as a share of those read.',
  ),
  largest_share_unreadable: described(
    z._default(Share, DEFAULT_GUARDS.largest_share_unreadable),
    'Kept rows with a field that cannot be read, as a share of all kept; for each field. It ends a build.',
  ),
  largest_share_imputed: described(
    z._default(Share, DEFAULT_GUARDS.largest_share_imputed),
    'Kept rows without an amount of their own, as a share of all kept.',
  ),
  most_countries_lost: described(
    z._default(z.int().check(z.gte(0)), DEFAULT_GUARDS.most_countries_lost),
    'Countries that are live and no longer in the history.',
  ),
  largest_share_default: described(
    z._default(Share, DEFAULT_GUARDS.largest_share_default),
    'Rows of the history that the default answers, as a share of those that are asked with default_segment.',
  ),
  largest_default_growth: described(
    z._default(Share, DEFAULT_GUARDS.largest_default_growth),
    'The share of rows that the default answers may grow by this, with any segment.',
  ),
});
export type Guards = z.infer<typeof GuardsSchema>;

/** The part of a config about publishing and serving. */
export const deployment = {
  guards: described(z._default(GuardsSchema, DEFAULT_GUARDS), 'What stops an artifact from being published.'),
  largest_data_age_days: described(
    z._default(z.int().check(z.gte(1)), DEFAULT_DEPLOYMENT.largest_data_age_days),
    'A history is stale when its newest row is older than this many days.',
  ),
  largest_check_age_seconds: described(
    z._default(z.int().check(z.gte(1)), DEFAULT_DEPLOYMENT.largest_check_age_seconds),
    'The check whether a newer artifact is live is overdue when the last one that succeeded is older than this, and one has failed since.',
  ),
};
export type Deployment = z.infer<z.ZodMiniObject<typeof deployment>>;
