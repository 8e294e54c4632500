import { qualityOf } from '../../core/cube/cube.ts';
import { DataError } from '../../core/errors.ts';
import { countFile, rulesOf } from '../count.ts';
import { keepCube } from '../cubes.ts';
import { readManifest } from '../manifest.ts';
import { cubeKey, UPLOADS } from '../names.ts';
import { isMarker, quarantine, quarantineReason } from '../quarantine.ts';
import { reasonOf } from '../refusable.ts';
import type { RunContext } from '../run-context.ts';

/** What came of one upload. `etag` is of the version that was read, which may be newer than the one listed. */
export type CountResult =
  | { state: 'counted'; name: string; etag: string }
  | { state: 'quarantined'; name: string; reason: string }
  /** It was deleted since it was listed. */
  | { state: 'gone'; name: string };

/**
 * Counts one upload and keeps its cube; puts it into quarantine when it cannot be read.
 *
 * @param index among the uploads that were listed without counts
 */
export async function countUpload(context: RunContext, index: number): Promise<CountResult> {
  const { bucket, config, id } = context;
  const unknown = (await readManifest(context, 'listed')).filter(({ known }) => !known);
  const entry = unknown[index];
  if (entry === undefined) throw new Error(`expected a file ${index} of ${unknown.length}`);
  const { name } = entry;
  const object = await bucket.get(UPLOADS + name);
  if (object === null) return { state: 'gone', name };
  // This step has been here before, and died before it could say so.
  if (isMarker(object)) return { state: 'quarantined', name, reason: await quarantineReason(bucket, name) };
  const { etag } = object;
  try {
    const { cube, notes, rows, sha256 } = await countFile(object, config);
    const key = await cubeKey(await rulesOf(config), name, etag);
    const { rows_kept } = qualityOf(cube.countries.values());
    const report = { file: name, rows, kept: rows_kept, notes };
    await keepCube(bucket, key, { cube, sources: [{ name, sha256, rows }], reports: [report] });
    return { state: 'counted', name, etag };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const reason = reasonOf(error);
    await quarantine(bucket, { name, etag, reason, run: id });
    return { state: 'quarantined', name, reason };
  }
}
