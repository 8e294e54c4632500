import type { Guard } from '../../core/publish/guards.ts';

/** The guards by what they look at. */
export const GUARDS: Record<Guard, string> = {
  largest_share_dropped: 'Rows dropped',
  smallest_share_of_rows: 'Rows kept',
  largest_share_imputed: 'Rows without an amount',
  largest_amount_change: 'Change of an amount',
  largest_spend_change: 'Spend of a country',
  largest_mean_change: 'Change of a mean',
  most_countries_lost: 'Countries lost',
  largest_share_default: 'Rows that the default answers',
  largest_default_growth: 'Growth of what the default answers',
};
