/** What stops an artifact from being published, where the config does not say. */
export const DEFAULT_GUARDS = {
  largest_amount_change: 0.5,
  largest_share_changed: 0.2,
  largest_spend_change: 0.5,
  largest_mean_change: 0.5,
  smallest_cell: 30,
  smallest_share_of_rows: 0.5,
  largest_share_dropped: 0.25,
  largest_share_unreadable: 0.01,
  largest_share_imputed: 0.5,
  most_countries_lost: 0,
  largest_share_default: 0.25,
  largest_default_growth: 0.1,
};

export const DEFAULT_DEPLOYMENT = {
  guards: DEFAULT_GUARDS,
  largest_data_age_days: 365,
  largest_check_age_seconds: 300,
};
