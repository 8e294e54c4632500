import type { Bucket } from '../bindings.ts';
import { listObjects } from '../listing.ts';
import { manifestKey, readManifest } from '../manifest.ts';
import { CUBES, RUNS } from '../names.ts';
import type { RunContext } from '../run-context.ts';

/** R2 takes so many keys in one delete. */
const KEYS_A_DELETE = 1_000;

/**
 * Deletes what nobody needs any more: cubes of files that are gone or changed, or of other rules, and what runs have
 * put down between their steps. There is one run at a time, so all of that is this one's or a dead one's.
 */
export async function sweep(context: RunContext): Promise<null> {
  const { bucket, id } = context;
  const own = `${RUNS}${id}/`;
  // Once its own files are gone, it has been here before.
  if ((await bucket.head(manifestKey(id, 'taken'))) === null) return null;
  const needed = new Set((await readManifest(context, 'taken')).map(({ cube }) => cube));
  await deleteAll(bucket, CUBES, (key) => !needed.has(key));
  await deleteAll(bucket, RUNS, (key) => !key.startsWith(own));
  await deleteAll(bucket, own, () => true);
  return null;
}

async function deleteAll(bucket: Bucket, prefix: string, unwanted: (key: string) => boolean): Promise<void> {
  // Listed to the end first: deleting while listing may skip keys.
  const keys: string[] = [];
  for await (const { key } of listObjects(bucket, prefix)) if (unwanted(key)) keys.push(key);
  for (let from = 0; from < keys.length; from += KEYS_A_DELETE) {
    await bucket.delete(keys.slice(from, from + KEYS_A_DELETE));
  }
}
