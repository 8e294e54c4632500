import { assembleArtifact } from '../core/artifact/assemble.ts';
import { cubeLayout, qualityOf } from '../core/cube/cube.ts';
import { fileReport } from '../core/cube/file-report.ts';
import { DataError } from '../core/errors.ts';
import { unreadableObjections, whyLost } from '../core/estimate/readable.ts';
import { historyWarnings } from '../core/estimate/warnings.ts';
import type { Bucket } from './bindings.ts';
import { SeveralMembers } from './bytes.ts';
import { type RunContext, reasonOf, refusable } from './context.ts';
import { AT_EDGE, countFile, rulesOf } from './count.ts';
import { addTo, emptySum, keepCube, keptCube } from './cubes.ts';
import { type ManifestEntry, readManifest, writeManifest } from './manifest.ts';
import { CUBES, cubeKey, madeKey, manifestKey, RUNS, sumKey, UPLOADS } from './names.ts';
import { fingerprint, knownOf, listObjects, listUploads, quarantine } from './uploads.ts';

/** The most uploads: a run may make 10,000 subrequests, and reads a cube of each file. */
const MOST_UPLOADS = 5_000;

/** Lists the uploads. @returns how many there are, and how many are not counted under the rules in use; or a refusal */
export async function list(context: RunContext) {
  const { bucket, config } = context;
  const rules = await rulesOf(config);
  const uploads = await listUploads(bucket);
  if (uploads.length > MOST_UPLOADS) {
    const reasons = [`expected at most ${MOST_UPLOADS} uploads, found ${uploads.length}: join some of them`];
    return { ok: false as const, reasons, taken: await fingerprint(rules, uploads) };
  }
  const cubes = new Set<string>();
  for await (const { key } of listObjects(bucket, `${CUBES}${rules}/`)) cubes.add(key);
  const entries: ManifestEntry[] = [];
  for (const { name, etag } of uploads) {
    const cube = await cubeKey(rules, name, etag);
    entries.push({ name, etag, cube, state: cubes.has(cube) ? 'counted' : 'uncounted' });
  }
  await writeManifest(context, 'listed', entries);
  const uncounted = entries.filter(({ state }) => state === 'uncounted');
  return { ok: true as const, files: entries.length, unknown: uncounted.length };
}

/** The result of counting an upload. `etag` is of the version that was read, which may be newer than the one listed. */
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
  const entry = (await readManifest(context, 'listed', 'uncounted'))[index];
  if (entry === undefined) throw new Error(`expected a file ${index}`);
  const { name } = entry;
  const object = await bucket.get(UPLOADS + name);
  if (object === null) return { state: 'gone', name };
  // This step has been here before, and died before it could say so.
  const { unreadable } = knownOf(object);
  if (unreadable !== null) return { state: 'quarantined', name, reason: unreadable };
  const { etag } = object;
  try {
    const { cube, notes, rows, sha256, sample } = await countFile(object, config).catch(
      async (error: unknown) => {
        if (!(error instanceof SeveralMembers)) throw error;
        const again = await bucket.get(UPLOADS + name);
        if (again?.etag !== etag) throw new Error(`${name} was changed while it was read`);
        return await countFile(again, config, true);
      },
    );
    const key = await cubeKey(await rulesOf(config), name, etag);
    const reports = [fileReport(name, cube, notes)];
    await keepCube(bucket, key, { cube, sources: [{ name, sha256, rows }], reports, sample });
    return { state: 'counted', name, etag };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const reason = reasonOf(error);
    await quarantine(bucket, { name, etag, reason, run: id });
    return { state: 'quarantined', name, reason };
  }
}

/** Uploads that are set aside which a run names. */
const MOST_NAMED = 10;

/**
 * Decides which uploads are in the history, which are new and are looked at first, and which stay aside.
 *
 * @returns how many have joined and are new; some of those that are set aside; and the fingerprint of all that can be
 *   read, set aside or not: as long as it is the same, there is nothing to do
 */
export async function takeIn(context: RunContext, results: readonly CountResult[]) {
  const rules = await rulesOf(context.config);
  const outcomes = new Map(results.map((result) => [result.name, result]));
  const states = new Map((await context.sequencer.uploads()).map((upload) => [upload.name, upload]));
  const entries: ManifestEntry[] = [];
  for (const listed of await readManifest(context, 'listed')) {
    const { name } = listed;
    const outcome = outcomes.get(name);
    if (outcome !== undefined && outcome.state !== 'counted') continue;
    const etag = outcome?.etag ?? listed.etag;
    const known = states.get(name);
    const joinedOrAside = known?.state === 'set_aside' ? 'aside' : 'joined';
    const state = known?.etag === etag ? joinedOrAside : 'new';
    entries.push({ name, etag, cube: await cubeKey(rules, name, etag), state });
  }
  await writeManifest(context, 'taken', entries);
  const having = (state: ManifestEntry['state']) => entries.filter((entry) => entry.state === state);
  return {
    joined: having('joined').length,
    news: having('new').length,
    aside: having('aside')
      .flatMap(({ name }) => states.get(name) ?? [])
      .slice(0, MOST_NAMED),
    fingerprint: await fingerprint(rules, entries),
  };
}

/** Cubes that one step adds up: few enough for its time and its subrequests. */
export const CUBES_A_STEP = 250;

/** Adds the next cubes to the sum of those before, one after the other, so that no more than two are in memory. */
export function merge(context: RunContext, index: number) {
  const { bucket, id, config } = context;
  const layout = cubeLayout(config);
  return refusable(async () => {
    const sum = emptySum(layout);
    if (index > 0) addTo(sum, await keptCube(bucket, sumKey(id, index), layout));
    const joined = await readManifest(context, 'taken', 'joined');
    for (const { cube } of joined.slice(index * CUBES_A_STEP, (index + 1) * CUBES_A_STEP)) {
      addTo(sum, await keptCube(bucket, cube, layout));
    }
    await keepCube(bucket, sumKey(id, index + 1), sum);
    return {};
  });
}

/** The most warnings that are kept with a run. */
const MOST_WARNINGS = 20;

/**
 * Makes the artifact of a sum of cubes, and stores it for publishing.
 *
 * @param at the number of the sum
 * @returns its version, and the warnings that a build of the same files gives
 */
export function assemble(context: RunContext, at: number) {
  const { bucket, config, id } = context;
  return refusable(async () => {
    const { cube, sources, reports } = await keptCube(bucket, sumKey(id, at), cubeLayout(config));
    const { rows_read, rows_kept } = qualityOf(cube.countries.values());
    if (rows_kept === 0) {
      const why = whyLost(reports, config);
      const kept = rows_read === 0 ? 'found none: upload a history' : `kept none of ${rows_read}`;
      throw new DataError(`expected rows to learn from, ${kept}; what is live stays${why ? `: ${why}` : ''}`);
    }
    const objections = unreadableObjections(cube, reports, config);
    if (objections.length > 0) throw new DataError(objections.join('. '));
    const { version, texts } = await assembleArtifact(cube, sources, config, AT_EDGE);
    await bucket.put(madeKey(id, 'statistics'), texts.statistics);
    await bucket.put(madeKey(id, 'table'), texts.table);
    const warnings = historyWarnings(cube, config, { sources, reports }).slice(0, MOST_WARNINGS);
    return { version, warnings, rows_read, rows_kept };
  });
}

/** R2 takes so many keys in one delete. */
const KEYS_A_DELETE = 1_000;

/**
 * Deletes what is no longer needed: cubes of files that are gone or changed, or of other rules, and what runs have
 * stored between their steps. Only one run goes on at a time, so all of that belongs to this run or a dead one.
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
