import type { DecidingConfig } from '../../core/config/deciding.ts';
import type { Guards } from '../../core/config/deployment.ts';
import type { Quality } from '../../core/cube/cube.ts';
import type { Decision, Rung } from '../../core/decide/decide.ts';
import type { Step } from '../../core/decide/explain.ts';
import type { Statistic } from '../../core/estimate/statistics.ts';
import type { Period } from '../../core/period.ts';
import { call, type Result } from './api.ts';

/** GET /ready. */
export interface Readiness {
  version: string;
  origin: string;
  published_at?: string | null;
  age?: number;
  stale?: boolean;
  fault?: { code: string; since: string } | null;
  /** The guards of the deployment. */
  guards: Guards;
}

/** GET /artifact. */
export interface Description {
  version: string;
  config: DecidingConfig;
  data: { first_timestamp: string; last_timestamp: string };
  quality: Quality;
}

/** A cell of GET /artifact/segments; one without history has no statistics. */
export interface Cell extends Partial<Statistic> {
  voucher_amount: number;
  source: Rung;
  sample_size: number;
}

/** GET /artifact/segments. */
export interface Table {
  version: string;
  statistic: string;
  fallback: string[];
  /** The periods of the trends; null where the version has none, missing where they were not asked for. */
  trend?: { period: Period; periods: string[] } | null;
  countries: Record<string, CountryTable>;
}

export interface CountryTable {
  default_amount: number;
  overall: Statistic | null;
  segments: Record<string, Record<string, Cell>>;
}

export type Answer = Decision & { explain?: Step[] };

export const readiness = () => call<Readiness>('/ready');
export const description = () => call<Description>('/artifact');

/**
 * @param segments the ones to read; a table of all combinations is large, and few look at it
 * @param trends whether to read how each cell went by period
 */
export function table(segments: readonly string[], trends = false): Promise<Result<Table>> {
  const query = new URLSearchParams(segments.map((name) => ['segment', name]));
  if (trends) query.set('trend', 'true');
  return call<Table>(`/artifact/segments?${query}`);
}
