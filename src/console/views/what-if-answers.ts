import type { ArtifactStatistics } from '../../core/artifact/statistics.ts';
import { SCHEMA_VERSION, trialTable } from '../../core/artifact/table.ts';
import type { DecidingConfig } from '../../core/config/deciding.ts';
import type { Guards } from '../../core/config/deployment.ts';
import { compileArtifact } from '../../core/decide/compile.ts';
import { decisionTable } from '../../core/decide/decision-table.ts';
import type { CountryStatistics } from '../../core/estimate/estimate.ts';
import type { Statistic } from '../../core/estimate/schema.ts';
import type { Comparison } from '../../core/publish/comparison.ts';
import { diffArtifacts } from '../../core/publish/diff.ts';
import { comparisonOf } from '../../core/publish/versions.ts';
import type { Cell, Description, Table } from '../lib/service.ts';

/**
 * What another config would answer from the same statistics: worked out by the core that builds and answers, so it is
 * what a build with this config would publish.
 *
 * @param cells every segment of the live version
 */
export function whatIf(
  artifact: Description,
  cells: Table,
  config: DecidingConfig,
  guards: Guards,
): { comparison: Comparison; segment: (name: string) => Table } {
  const statistics = statisticsOf(cells);
  const { version, data, quality } = artifact;
  const compiled = (of: DecidingConfig) =>
    compileArtifact({ ...trialTable(statistics.countries, of), version, data, quality });
  const before = compiled(artifact.config);
  const after = compiled(config);
  const diff = diffArtifacts({ compiled: before, statistics }, { compiled: after, statistics });
  return {
    comparison: comparisonOf(diff, guards),
    segment(name) {
      const answering = after.segments.get(name);
      return decisionTable(after, statistics, answering && [answering]);
    },
  };
}

/** The statistics of the live version, from the table that the service shows of it. */
function statisticsOf({ version, countries }: Table): ArtifactStatistics {
  const found = new Map<string, CountryStatistics>();
  for (const [country, { overall, segments }] of Object.entries(countries)) {
    if (overall === null) continue;
    const own = Object.entries(segments).map(([segment, cells]) => [
      segment,
      Object.fromEntries(
        Object.entries(cells).flatMap(([band, cell]) => (cell.count ? [[band, statisticOf(cell)]] : [])),
      ),
    ]);
    found.set(country, { overall: overall as Statistic, segments: Object.fromEntries(own) });
  }
  return { schema_version: SCHEMA_VERSION, version, sources: [], countries: found };
}

function statisticOf({ voucher_amount: _, source: __, sample_size: ___, ...statistic }: Cell): Statistic {
  return statistic as Statistic;
}
