import * as z from 'zod/mini';
import { check, firstIssue } from '../core/issues.ts';
import type { RunContext } from './context.ts';
import { type ManifestName, manifestKey } from './names.ts';

/** An upload in a list that a run puts down for its later steps: too many of them for the result of a step. */
const EntrySchema = z.strictObject({
  name: z.string(),
  etag: z.string(),
  /** Where its counts are, or are to be. */
  cube: z.string(),
  /** When it was listed, whether it has counts. When it was taken in, whether it is in the history, new, or stays aside. */
  state: z.enum(['counted', 'uncounted', 'joined', 'new', 'aside']),
});
export type ManifestEntry = z.infer<typeof EntrySchema>;

const ManifestSchema = z.array(EntrySchema);

/** Puts a list down. */
export async function writeManifest(
  { bucket, id }: RunContext,
  which: ManifestName,
  entries: readonly ManifestEntry[],
): Promise<void> {
  await bucket.put(manifestKey(id, which), JSON.stringify(entries));
}

/**
 * @param state of the uploads that are returned; all of them without one
 * @throws Error for a list that is gone, or is not what was put down
 */
export async function readManifest(
  { bucket, id }: RunContext,
  which: ManifestName,
  state?: ManifestEntry['state'],
): Promise<ManifestEntry[]> {
  const object = await bucket.get(manifestKey(id, which));
  if (object === null) throw new Error(`expected ${manifestKey(id, which)} in the bucket, found nothing`);
  const checked = check(ManifestSchema, JSON.parse(await object.text()));
  if (checked.ok) return checked.value.filter((entry) => state === undefined || entry.state === state);
  const wrong = firstIssue(checked.issues, 'it');
  throw new Error(`${manifestKey(id, which)} does not hold what the run put there: ${wrong}`);
}
