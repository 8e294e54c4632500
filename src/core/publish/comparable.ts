import { isOfSample } from '../artifact/sample.ts';
import type { Compared } from './side.ts';

/**
 * @param live what a new version would replace; null where nothing is live, or it cannot be read
 * @returns what the guards compare the new version with. The sample says nothing of a real history, also where it was
 *   rolled back to, and what cannot be read is better replaced: both are null.
 */
export function comparable<T extends Compared>(live: T | null): T | null {
  return live === null || isOfSample(live) ? null : live;
}
