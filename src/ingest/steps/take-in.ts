import { rulesOf } from '../count.ts';
import { fingerprint } from '../listing.ts';
import { type ManifestEntry, readManifest, writeManifest } from '../manifest.ts';
import { cubeKey } from '../names.ts';
import type { RunContext } from '../run-context.ts';
import type { CountResult } from './count-upload.ts';

/**
 * Settles what goes into the artifact: the uploads that were counted before and those that now are.
 *
 * @returns their number and fingerprint
 */
export async function takeIn(
  context: RunContext,
  results: readonly CountResult[],
): Promise<{ files: number; fingerprint: string }> {
  const rules = await rulesOf(context.config);
  const outcomes = new Map(results.map((result) => [result.name, result]));
  const taken: ManifestEntry[] = [];
  for (const entry of await readManifest(context, 'listed')) {
    const outcome = outcomes.get(entry.name);
    if (outcome === undefined) taken.push(entry);
    else if (outcome.state === 'counted') {
      const { name, etag } = outcome;
      taken.push({ name, etag, cube: await cubeKey(rules, name, etag), known: true });
    }
  }
  await writeManifest(context, 'taken', taken);
  return { files: taken.length, fingerprint: await fingerprint(rules, taken) };
}
