/** Where a walk down the ladder can end. */
export const SOURCES = ['segment', 'country', 'default'] as const;
export type DecisionSource = (typeof SOURCES)[number];

/** The answer of POST /voucher. It is shared: the same cell gives the same object each time. */
export interface Decision {
  voucher_amount: number;
  /** ISO 4217; absent where the config names none for the country. */
  currency?: string | undefined;
  segment_name: string;
  /**
   * The name of the band, null when the value falls in a gap between bands; for a combined segment the name of the
   * combination that decided, null when none of them had the rows.
   */
  segment: string | null;
  source: DecisionSource;
  /** Kept rows of history that the amount is from; 0 for the default. */
  sample_size: number;
  artifact_version: string;
}

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
