import * as z from 'zod/mini';
import type { Report } from '../core/artifact/report.ts';
import { DROP_REASONS } from '../core/history/clean.ts';
import { STATISTICS } from '../core/segments/schema.ts';
import { Count, described, Version, wireOf } from './fields.ts';

const Share = z.number();

/** GET /artifact/report. */
export const ReportSchema = wireOf<Report & { version: string }>()(
  z.strictObject({
    version: Version,
    dropped: described(
      z.partialRecord(
        z.enum(DROP_REASONS),
        z.array(z.strictObject({ file: z.string(), line: Count, fields: z.record(z.string(), z.string()) })),
      ),
      'Some of the dropped rows of each reason, without their customers.',
    ),
    evaluation: described(
      z.nullable(
        z.strictObject({
          folds: z.array(z.strictObject({ name: z.string(), train_rows: Count, test_rows: Count })),
          results: z.array(
            z.strictObject({
              segment: z.string(),
              statistic: z.enum(STATISTICS),
              imputation: z.string(),
              rows: Count,
              mae: z.number(),
              rmse: z.number(),
              exact: Share,
              by_default: Share,
              spend: Share,
            }),
          ),
        }),
      ),
      'What each setting would have reached on rows that it had not seen, the least error first; null where the build was not asked.',
    ),
  }),
);
export type ReportAnswer = z.infer<typeof ReportSchema>;
