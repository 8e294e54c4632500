import { assembleArtifact } from '../core/artifact/assemble.ts';
import { Cube, cubeLayout, qualityOf } from '../core/cube/cube.ts';
import { DataError } from '../core/errors.ts';
import { unreadableObjections, whyLost } from '../core/estimate/readable.ts';
import type { Bucket } from './bindings.ts';
import { type Refusable, type RunContext, reasonOf, refusable } from './context.ts';
import { countFile, MOST_CELLS_AT_EDGE, rulesOf } from './count.ts';
import { type KeptCube, keepCube, keptCube } from './cubes.ts';
import { type ManifestEntry, readManifest, writeManifest } from './manifest.ts';
import { artifactKey, CUBES, cubeKey, manifestKey, RUNS, sumKey, UPLOADS } from './names.ts';
import { fingerprint, isMarker, listObjects, listUploads, quarantine, quarantineReason } from './uploads.ts';

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

/** Cubes that one step adds up: few enough for its time and its subrequests. */
export const CUBES_A_STEP = 250;

/** Adds the next cubes to the sum of those before, one after the other, so that no more than two are in memory. */
export function merge(context: RunContext, index: number): Promise<Refusable<object>> {
  const { bucket, id, config } = context;
  const layout = cubeLayout(config);
  return refusable(async () => {
    const sum: KeptCube = { cube: new Cube(layout, MOST_CELLS_AT_EDGE), sources: [], reports: [] };
    if (index > 0) {
      const before = await keptCube(bucket, sumKey(id, index), layout);
      sum.cube.merge(before.cube);
      sum.sources.push(...before.sources);
      sum.reports.push(...before.reports);
    }
    const taken = await readManifest(context, 'taken');
    for (const { cube: key } of taken.slice(index * CUBES_A_STEP, (index + 1) * CUBES_A_STEP)) {
      const { cube, sources, reports } = await keptCube(bucket, key, layout);
      sum.cube.merge(cube);
      sum.sources.push(...sources);
      sum.reports.push(...reports);
    }
    await keepCube(bucket, sumKey(id, index + 1), sum);
    return {};
  });
}

export interface Assembled {
  version: string;
  rows_read: number;
  rows_kept: number;
}

/** Makes the artifact of the sum of all cubes, and puts it down for publishing. @param steps of which the sum is */
export function assemble(context: RunContext, steps: number): Promise<Refusable<Assembled>> {
  const { bucket, config, id } = context;
  return refusable(async () => {
    const { cube, sources, reports } = await keptCube(bucket, sumKey(id, steps), cubeLayout(config));
    const { rows_read, rows_kept } = qualityOf(cube.countries.values());
    if (rows_kept === 0) {
      const [why = ''] = reports.map((report) => whyLost(report, config)).filter((why) => why !== '');
      throw new DataError(`expected rows to learn from, kept none of ${rows_read}: what is live stays${why}`);
    }
    const objections = unreadableObjections(cube, reports, config);
    if (objections.length > 0) throw new DataError(objections.join('. '));
    const { artifact, text } = await assembleArtifact(cube, sources, config);
    await bucket.put(artifactKey(id), text);
    return { version: artifact.version, rows_read, rows_kept };
  });
}

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
