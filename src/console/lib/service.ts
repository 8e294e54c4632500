import type { ArtifactDescription } from '../../api/artifact.ts';
import type { Readiness } from '../../api/health.ts';
import type { Report } from '../../api/report.ts';
import type { Cell, CountryTable, DecisionTable } from '../../api/segments.ts';
import type { VoucherAnswer } from '../../api/voucher.ts';
import type { Comparison } from '../../core/publish/comparison.ts';
import { call, type Result } from './api.ts';

export type { Cell, CountryTable, Readiness };
export type Description = ArtifactDescription;
export type Table = DecisionTable;
export type Answer = VoucherAnswer;

export const readiness = () => call<Readiness>('/ready');

/** What the build has kept for people beside the artifact; empty where it has kept nothing. */
export const report = () => call<Report>('/artifact/report', { as: 'caller' });
export const description = () => call<Description>('/artifact');

/**
 * @param segments the ones to read; a table of all combinations is large, and few look at it
 * @param trends whether to read how each cell went by period
 */
export function table(segments: readonly string[], trends = false): Promise<Result<Table>> {
  const query = new URLSearchParams(segments.map((name) => ['segment', name]));
  if (trends) query.set('trend', 'true');
  return call<Table>(`/artifact/segments?${query}`, { as: 'caller' });
}

/** What moves between two versions: for operators. */
export function comparison(from: string, to: string): Promise<Result<Comparison>> {
  return call<Comparison>(`/versions/diff?${new URLSearchParams({ from, to })}`, { as: 'operator' });
}
