import * as z from 'zod/mini';
import { Version } from '../core/artifact/version.ts';
import { described } from '../core/described.ts';
import { DROP_REASONS } from '../core/history/clean.ts';
import { STATISTICS } from '../core/segments/schema.ts';
import { Count } from '../core/wire-fields.ts';

const DroppedRowSchema = z.strictObject({
  file: z.string(),
  line: described(Count, 'Counted from 1, with the head of the file.'),
  fields: described(
    z.record(z.string(), z.string()),
    'By the names of the fields in the config, as they were; of a malformed row none.',
  ),
});
export type DroppedRow = z.infer<typeof DroppedRowSchema>;

const SettingSchema = z.strictObject({
  segment: z.string(),
  statistic: z.enum(STATISTICS),
  imputation: z.string(),
  rows: Count,
  mae: described(
    z.number(),
    'Mean absolute error, as rmse a share of the average amount that was given in the same currency.',
  ),
  rmse: described(z.number(), 'Root mean square error.'),
  exact: described(z.number(), 'The share of rows that were given exactly this amount.'),
  by_default: described(z.number(), 'The share of rows that the default answers.'),
  spend: described(z.number(), 'What all rows would be given, as a share of what they were given.'),
});
/** One setting, and what it would have reached on rows that it had not seen. */
export type EvaluatedSetting = z.infer<typeof SettingSchema>;

const EvaluationSchema = z.strictObject({
  folds: described(
    z.array(z.strictObject({ name: z.string(), train_rows: Count, test_rows: Count })),
    'The periods that were tested, each on what was before it.',
  ),
  results: z.array(SettingSchema),
});
export type EvaluationReport = z.infer<typeof EvaluationSchema>;

/** GET /artifact/report. */
export const ReportSchema = z.strictObject({
  version: Version,
  dropped: described(
    z.partialRecord(z.enum(DROP_REASONS), z.array(DroppedRowSchema)),
    'Some of the dropped rows of each reason, without their customers.',
  ),
  evaluation: described(
    z.nullable(EvaluationSchema),
    'What each setting would have reached on rows that it had not seen, the least error first; null where the build was not asked, or the history has too few periods to say.',
  ),
});
export type ReportAnswer = z.infer<typeof ReportSchema>;
/** What a build keeps for people. */
export type Report = Omit<ReportAnswer, 'version'>;
