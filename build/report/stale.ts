import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { dataAge, staleWarnings } from '../../src/core/artifact/data-age.ts';
import { isOfSample } from '../../src/core/artifact/sample.ts';
import { SECONDS_PER_DAY } from '../../src/core/time.ts';

/** Local times that were exported as UTC are up to 14 hours ahead. */
const AHEAD_MS = SECONDS_PER_DAY * 1000;

/**
 * @param now milliseconds since the epoch
 * @returns what is to be said of a history that is too old, or whose newest row is in the future. The sample is as old
 *   as it is: it is there to try things
 */
export function staleSources(
  artifact: Pick<Artifact, 'table' | 'statistics'>,
  config: { largest_data_age_days: number },
  now: number,
): string[] {
  if (isOfSample(artifact)) return [];
  const { data } = artifact.table;
  if (Date.parse(data.last_timestamp) - now <= AHEAD_MS) return staleWarnings(dataAge(data, now, config));
  return [
    `The newest row of the history is of ${data.last_timestamp.slice(0, 10)}, which is in the future: until then it cannot be said whether the history is stale. npm run doctor shows such rows.`,
  ];
}
