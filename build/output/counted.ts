import { type Artifact, sealArtifact } from '../../src/core/artifact.ts';
import { type Config, decidingConfig } from '../../src/core/config.ts';
import { qualityOf } from '../../src/core/cube.ts';
import { formatTime } from '../../src/core/time.ts';
import type { Counted } from '../engines/engine.ts';

/** @returns the artifact of what was counted */
export async function sealCounted(
  { cube, sources }: Counted,
  config: Config,
  countries: Artifact['countries'],
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
