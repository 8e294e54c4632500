import { rulesOf } from '../count.ts';
import { fingerprint, listObjects, listUploads } from '../listing.ts';
import { writeManifest } from '../manifest.ts';
import { CUBES, cubeKey } from '../names.ts';
import type { RunContext } from '../run-context.ts';

/** The most uploads: a run may make 10,000 subrequests, and reads a cube of each file. */
const MOST_UPLOADS = 5_000;

export type Listed =
  | { ok: true; files: number /** Files without counts. */; unknown: number }
  | { ok: false; reasons: string[]; taken: string };

/** Lists the uploads, and which of them have been counted under the rules in use. */
export async function list(context: RunContext): Promise<Listed> {
  const { bucket, config } = context;
  const rules = await rulesOf(config);
  const uploads = await listUploads(bucket);
  if (uploads.length > MOST_UPLOADS) {
    const reasons = [`expected at most ${MOST_UPLOADS} uploads, found ${uploads.length}: join some of them`];
    return { ok: false, reasons, taken: await fingerprint(rules, uploads) };
  }
  const cubes = new Set<string>();
  for await (const { key } of listObjects(bucket, `${CUBES}${rules}/`)) cubes.add(key);
  const entries = [];
  for (const { name, etag } of uploads) {
    const cube = await cubeKey(rules, name, etag);
    entries.push({ name, etag, cube, known: cubes.has(cube) });
  }
  await writeManifest(context, 'listed', entries);
  return { ok: true, files: entries.length, unknown: entries.filter(({ known }) => !known).length };
}
