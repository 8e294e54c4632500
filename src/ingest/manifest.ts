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
  /** Whether they are there. */
  known: z.boolean(),
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

/** @throws Error for a list that is gone, or is not what was put down */
export async function readManifest(
  { bucket, id }: RunContext,
  which: ManifestName,
): Promise<ManifestEntry[]> {
  const object = await bucket.get(manifestKey(id, which));
  if (object === null) throw new Error(`expected ${manifestKey(id, which)} in the bucket, found nothing`);
  const checked = check(ManifestSchema, JSON.parse(await object.text()));
  if (checked.ok) return checked.value;
  const wrong = firstIssue(checked.issues, 'it');
  throw new Error(`${manifestKey(id, which)} does not hold what the run put there: ${wrong}`);
}
