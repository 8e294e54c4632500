import type { DropReason } from '../history/clean.ts';
import type { ServedStatistic } from '../segments/schema.ts';

/**
 * What a build says of an artifact for people, in the file of its statistics. No answer depends on it, and like the
 * names of the sources it is no part of the version.
 */
export interface Report {
  /** Some rows of each reason for which rows were dropped. They name no customer. */
  dropped: Partial<Record<DropReason, DroppedRow[]>>;
  /** Which setting would have been right before; null where the history has too few periods to say. */
  evaluation: EvaluationReport | null;
}

export interface DroppedRow {
  file: string;
  /** Counted from 1, with the head of the file. */
  line: number;
  /** By the names of the fields in the config, as they were; of a malformed row none. */
  fields: Record<string, string>;
}

export interface EvaluationReport {
  /** The periods that were tested, each on what was before it. */
  folds: { name: string; train_rows: number; test_rows: number }[];
  /** The least mean absolute error first. */
  results: EvaluatedSetting[];
}

/** One setting, and what it would have reached on rows that it had not seen. */
export interface EvaluatedSetting {
  segment: string;
  statistic: ServedStatistic;
  imputation: string;
  rows: number;
  /** Mean absolute and root mean square error, as shares of the average amount that was given in the same currency. */
  mae: number;
  rmse: number;
  /** The share of rows that were given exactly this amount. */
  exact: number;
  /** The share of rows that the default answers. */
  by_default: number;
  /** What all rows would be given, as a share of what they were given. */
  spend: number;
}

/** The report of an artifact that was built without one. */
export const NO_REPORT: Report = { dropped: {}, evaluation: null };
