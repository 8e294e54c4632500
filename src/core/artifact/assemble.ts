import { type Config, decidingConfig } from '../config/config.ts';
import { type Cube, qualityOf } from '../cube/cube.ts';
import { type CountryStatistics, estimate } from '../estimate/estimate.ts';
import { formatTime } from '../time.ts';
import { type Artifact, type Source, sealArtifact } from './artifact.ts';

/**
 * Makes the artifact of a cube, and seals it: the one place where counts become what the service answers from, so
 * that the build and the edge make the same bytes.
 *
 * @param countries the estimates, where they have been made already
 */
export async function assembleArtifact(
  cube: Cube,
  sources: Source[],
  config: Config,
  countries: Map<string, CountryStatistics> = estimate(cube, config),
): Promise<Artifact> {
  return await sealArtifact({
    sources,
    config: decidingConfig(config),
    data: {
      first_timestamp: formatTime(cube.firstTimestamp ?? 0),
      last_timestamp: formatTime(cube.lastTimestamp ?? 0),
    },
    quality: qualityOf(cube.countries.values()),
    countries,
  });
}
