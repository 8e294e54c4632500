import type { Config } from '../config/config.ts';
import { decidingConfig } from '../config/deciding-config.ts';
import { type Cube, qualityOf } from '../cube/cube.ts';
import { estimate, foldCountries } from '../estimate/estimate.ts';
import { trendPeriods } from '../estimate/trend.ts';
import { periodName } from '../period.ts';
import { formatTime } from '../time.ts';
import { type Artifact, sealArtifact } from './artifact.ts';
import type { Source } from './statistics.ts';

/**
 * Makes the artifact of a cube, and seals it: the one place where counts become what the service answers from, so
 * that the build and the edge make the same bytes.
 */
export async function assembleArtifact(
  cube: Cube,
  sources: Source[],
  config: Config,
  { report, most }: { report?: Artifact['statistics']['report']; most?: number } = {},
): Promise<Artifact> {
  const periods = trendPeriods(cube, foldCountries(cube).size);
  return await sealArtifact({
    sources,
    report,
    config: decidingConfig(config),
    data: {
      first_timestamp: formatTime(cube.firstTimestamp ?? 0),
      last_timestamp: formatTime(cube.lastTimestamp ?? 0),
    },
    quality: qualityOf(cube.countries.values()),
    countries: estimate(cube, config, periods, most),
    ...(periods.length > 0 && {
      trend: { period: config.period, periods: periods.map((index) => periodName(config.period, index)) },
    }),
  });
}
