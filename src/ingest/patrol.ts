import type { Config } from '../core/config/config.ts';
import type { Bucket } from './bindings.ts';
import { rulesOf } from './count.ts';
import { fingerprint, listUploads } from './listing.ts';
import type { SequencerCalls } from './sequencer-calls.ts';

/**
 * Finds uploads whose notification was lost, and what changed with a deployment: starts a run when the bucket does
 * not hold what was last taken in, under the config in use. A run that was refused is not tried again until
 * something changes; one that failed is.
 */
export async function patrol(
  bucket: Bucket,
  config: Config,
  sequencer: Pick<SequencerCalls, 'reconcile'>,
): Promise<void> {
  const found = await fingerprint(await rulesOf(config), await listUploads(bucket));
  await sequencer.reconcile(found);
}
