import type { Config } from '../../src/core/config/config.ts';
import { IMPUTATIONS } from '../../src/core/config/deciding.ts';
import { decidingConfig } from '../../src/core/config/deciding-config.ts';
import { type ServedStatistic, STATISTICS } from '../../src/core/segments/schema.ts';

/** One way to give amounts: what a request asks for, and what the config says. */
export interface Strategy {
  segment: string;
  statistic: ServedStatistic;
  imputation: Config['imputation'];
}

/**
 * The first system's way: the mean by country and recency, missing amounts filled with the mean. Where the config
 * has no recency_segment, its first segment of days_since_last_order is used, or else its first.
 */
export function firstSystem(config: Pick<Config, 'segments'>): Strategy {
  const entries = Object.entries(config.segments);
  const [segment = ''] =
    entries.find(([name]) => name === 'recency_segment') ??
    entries.find(([, { of }]) => of === 'days_since_last_order') ??
    entries[0] ??
    [];
  return { segment, statistic: 'mean', imputation: 'mean' };
}

/** @returns what a config answers with when a request names no segment; without default_segment the first system's way */
export function servedBy(config: Config): Strategy {
  const segment = decidingConfig(config).default_segment ?? firstSystem(config).segment;
  const own = entryOf(config.segments, segment) ?? entryOf(config.combined, segment);
  return { segment, statistic: own?.statistic ?? config.amount.statistic, imputation: config.imputation };
}

/** @returns every combination of segment, statistic and imputation, the first system's way first */
export function allStrategies(config: Pick<Config, 'segments' | 'combined'>): Strategy[] {
  const first = firstSystem(config);
  const segments = [...Object.keys(config.segments), ...Object.keys(config.combined)];
  const all = segments.flatMap((segment) =>
    STATISTICS.flatMap((statistic) => IMPUTATIONS.map((imputation) => ({ segment, statistic, imputation }))),
  );
  return [first, ...all.filter((strategy) => !isSame(strategy, first))];
}

export function isSame(a: Strategy, b: Strategy): boolean {
  return a.segment === b.segment && a.statistic === b.statistic && a.imputation === b.imputation;
}

/** @returns what a part of a config has under a name; nothing where it has none, even if that is `constructor` */
export function entryOf<T>(part: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(part, name) ? part[name] : undefined;
}
