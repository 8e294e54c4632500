import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { ageWarnings, dataAge } from '../../src/core/artifact/data-age.ts';
import { isOfSample } from '../../src/core/artifact/sample.ts';

/**
 * @param now milliseconds since the epoch
 * @returns warnings about the age of a history. The sample gets none: it is there to try things
 */
export function staleSources(
  artifact: Pick<Artifact, 'table' | 'statistics'>,
  config: { largest_data_age_days: number },
  now: number,
): string[] {
  return isOfSample(artifact) ? [] : ageWarnings(dataAge(artifact.table.data, now, config), now);
}
