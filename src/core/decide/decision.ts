// What a decision says, without its schema: the console has no room for one.

/** Where a walk down the ladder can end. */
export const SOURCES = ['segment', 'country', 'default'] as const;
export type DecisionSource = (typeof SOURCES)[number];

/** The fields of a decision, in the order in which files have them as columns. */
export const DECISION_FIELDS = [
  'voucher_amount',
  'currency',
  'segment_name',
  'segment',
  'source',
  'sample_size',
  'artifact_version',
] as const;
