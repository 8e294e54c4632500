import type { Decision } from './schema.ts';

/** The fields of a decision, in the order in which files have them as columns. */
export const DECISION_FIELDS = [
  'voucher_amount',
  'currency',
  'segment_name',
  'segment',
  'source',
  'sample_size',
  'artifact_version',
] as const satisfies readonly (keyof Decision)[];
