import type { EvaluatedSetting, Report } from '../../../src/api/report.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../../src/core/artifact/assemble.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';

/** Days of the last order that put a row of 6 April 2026 into a band of recency. */
const LAST_ORDER = { '30-60': '2026-03-01', '61-90': '2026-01-25', '91-120': '2025-12-28' } as const;

/** Rows of one band of recency: one for each amount. */
export function rows(country: string, band: keyof typeof LAST_ORDER, amounts: readonly number[]): RawRow[] {
  return amounts.map((amount, row) =>
    rawRow(['2026-04-06', country, LAST_ORDER[band], '2025-06-01', row % 2 ? '3' : '9', String(amount)]),
  );
}

const times = (count: number, amount: number) => Array.from({ length: count }, () => amount);

/**
 * Peru has a mean of 23.82 over 85 rows. Its band 30-60 lies far below that (mean 17.50, median 10), 61-90 far above (30),
 * 91-120 is thin (5 rows, mean 25), and the other bands have no rows. Chile has one band. Two rows have no country.
 */
export const HISTORY: readonly RawRow[] = [
  ...rows('Peru', '30-60', [...times(25, 10), ...times(15, 30)]),
  ...rows('Peru', '61-90', times(40, 30)),
  ...rows('Peru', '91-120', [10, 10, 30, 30, 45]),
  ...rows('Chile', '30-60', times(40, 100)),
  ...rows('', '30-60', [10, 20]),
];

const tested = (segment: string, mae: number, more: Partial<EvaluatedSetting>): EvaluatedSetting => ({
  ...{ segment, statistic: 'mean', imputation: 'mean', rows: 50, mae, rmse: mae, exact: 0.25 },
  ...{ by_default: 0.1, spend: 1, ...more },
});

/** What a build with --report keeps of {@link HISTORY}. */
export const REPORT: Report = {
  dropped: {
    missing_country_code: [
      { file: 'history.csv', line: 127, fields: { country_code: '', total_orders: '<b>3</b>' } },
      { file: 'history.csv', line: 128, fields: { country_code: ' ', total_orders: '4' } },
    ],
  },
  evaluation: {
    folds: [{ name: '2026-04', train_rows: 75, test_rows: 50 }],
    results: [
      tested('recency_segment', 0.4, { statistic: 'median', spend: 0.9 }),
      // Another way to fill is a bit better than the live one, which is the one to show.
      tested('recency_segment', 0.49, { imputation: 'knn' }),
      tested('recency_segment', 0.5, {}),
      tested('frequency_segment', 0.6, { spend: 1.1 }),
    ],
  },
};

export function artifactWithReport(
  history: readonly RawRow[] = HISTORY,
  config: Record<string, unknown> = {},
  report = REPORT,
): Promise<Artifact> {
  const parsed = shippedConfig({ default_segment: 'recency_segment', ...config });
  return assembleArtifact(cubeOf(history, parsed), [], parsed, { report });
}
