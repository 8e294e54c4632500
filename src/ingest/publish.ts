import type { Run } from '../api/runs.ts';
import { isOfSample } from '../core/artifact/sample.ts';
import { readStatistics, type Source } from '../core/artifact/statistics.ts';
import type { Config } from '../core/config/config.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import { loadTable } from '../core/decide/load.ts';
import { DataError } from '../core/errors.ts';
import { comparable } from '../core/publish/compared.ts';
import type { ArtifactDiff, Preview } from '../core/publish/comparison.ts';
import { diffArtifacts } from '../core/publish/diff.ts';
import { objectionsTo, overruled, reasonsOf } from '../core/publish/guards.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import type { Entry } from '../core/publish/pointer.ts';
import { previewOf } from '../core/publish/preview.ts';
import { type Bundled, HeldError, livePointer, publish } from '../core/publish/publish.ts';
import { type StoredArtifact, storedArtifact } from '../core/publish/versions.ts';
import { firstOf } from '../core/words.ts';
import type { Bucket } from './bindings.ts';
import { madeKey } from './names.ts';

export interface PublishOutcome {
  /** `held`: what is live is held, so nothing is published. */
  state: 'published' | 'unchanged' | 'refused' | 'held';
  /** Why it did not go live, or what it went live in spite of. */
  reasons: string[];
  /** What is to be known of it, whether it went live or not. */
  warnings: string[];
  /** What it changes, compared with what is live; null where they were not compared. */
  changes: Preview | null;
  /** The new uploads are not at fault: the next run looks at them again. */
  retry?: true;
  /** It is the guards that refuse. */
  guards?: true;
}

export interface PublishParts {
  bucket: Bucket;
  /** Where versions are published to. */
  versions: KeyValue;
  config: Config;
  /** Reads what is served as long as nothing was published. */
  bundled: Bundled;
}

/** @returns who started a run, for the history and the webhook */
export function startedBy({ by }: Pick<Run, 'by'>): string {
  return by.join(', ') || 'uploads';
}

/**
 * Publishes the artifact of a run, if the guards let it pass.
 *
 * @param now milliseconds since the epoch
 * @param known the pointer as the caller last moved it
 * @param onMove called with the pointer as it then is
 */
export async function publishRun(
  { bucket, versions, config, bundled }: PublishParts,
  run: Run,
  { now, known, onMove }: { now: number; known: Entry | null; onMove: (pointer: Entry) => void },
): Promise<PublishOutcome> {
  const { id, force } = run;
  const texts = {
    table: await madeText(bucket, id, 'table'),
    statistics: await madeText(bucket, id, 'statistics'),
  };
  const made = await loadTable(new TextEncoder().encode(texts.table));
  const refused = (...reasons: string[]): PublishOutcome => ({
    state: 'refused',
    reasons,
    warnings: [],
    changes: null,
  });
  if (!made.ok) return refused(`the artifact of this run cannot be served: ${made.detail}`);
  const { table } = made.compiled;
  const read = await readStatistics(texts.statistics, table);
  if (!read.ok) return refused(read.detail);
  const after = { compiled: made.compiled, statistics: read.statistics };

  const before = await livePointer(versions, known);
  // This run has moved it, and died before it could say so.
  if (before?.version === table.version && before.run === id)
    return { state: 'published', reasons: [], warnings: [], changes: null };
  const missing = await filesMissing(versions, before, read.statistics.sources);
  if (missing !== null && !force) return { ...refused(missing), retry: true };
  const stored =
    before === null ? await bundledArtifact(bundled) : await storedArtifact(versions, before.version);
  const old = comparable(stored?.ok ? stored : null);
  const diff = diffArtifacts(old, after);
  const found = { warnings: otherSettings(before, diff), changes: old === null ? null : previewOf(diff) };
  const reasons = reasonsOf(objectionsTo(diff, config.guards));
  if (reasons.length > 0 && !force) return { state: 'refused', reasons, ...found, guards: true };
  try {
    const artifact = { version: table.version, table, statistics: read.statistics, texts };
    const { moved, pointer } = await publish(versions, artifact, {
      by: startedBy(run),
      now,
      known,
      run: id,
      bundled,
    });
    onMove(pointer);
    if (!moved) return { state: 'unchanged', reasons: [], ...found };
    const against = missing === null ? reasons : [missing, ...reasons];
    return { state: 'published', reasons: overruled(against), ...found };
  } catch (error) {
    if (error instanceof HeldError) return { state: 'held', reasons: [error.message], ...found };
    if (error instanceof DataError) return { state: 'refused', reasons: [error.message], ...found };
    throw error;
  }
}

/** What the command line published has the config that it was built with; uploads are built with that of the deployment. */
function otherSettings(before: Entry | null, { config }: ArtifactDiff): string[] {
  if (before?.history_source !== 'command_line' || config.length === 0) return [];
  return [
    `what was live was published from the command line with other settings than the deployment has: ${firstOf(config, 5)}`,
  ];
}

/**
 * What was published from the command line is replaced by uploads only when they have all of its files: otherwise a
 * first upload would replace a whole history by itself. The sample is no history.
 *
 * @returns what is missing and what to do; null when nothing is
 */
async function filesMissing(
  kv: KeyValue,
  before: Entry | null,
  sources: readonly Source[],
): Promise<string | null> {
  if (before?.history_source !== 'command_line') return null;
  const live = await storedArtifact(kv, before.version);
  if (live.ok && isOfSample(live)) return null;
  const statistics = live.ok ? live.statistics : null;
  if (statistics === null) {
    const why = live.ok ? live.fault : live.detail;
    return `what is live was published from the command line, and its files are not known: ${why}. ${GO_ON}`;
  }
  const known = new Set(sources.map(({ sha256 }) => sha256));
  const missing = statistics.sources.filter(({ sha256 }) => !known.has(sha256)).map(({ name }) => name);
  if (missing.length === 0) return null;
  return `what is live was published from the command line, and the uploads lack files of it: ${firstOf(missing, 5)}. Upload them too, and the uploads take over. ${GO_ON}`;
}

const GO_ON = 'POST /runs?force=true goes on without them';

async function madeText(bucket: Bucket, run: string, part: 'table' | 'statistics'): Promise<string> {
  const object = await bucket.get(madeKey(run, part));
  if (object === null) throw new Error(`expected the ${part} of ${run} in the bucket, found nothing`);
  return await object.text();
}

/** @returns the bundled artifact; null without one */
async function bundledArtifact(bundled: Bundled): Promise<StoredArtifact | null> {
  const body = await bundled();
  if (body === null) return null;
  const { table, texts } = body;
  const read = texts.statistics === null ? null : await readStatistics(texts.statistics, table);
  const statistics = read?.ok ? read.statistics : null;
  return { ok: true, compiled: compileArtifact(table), statistics, fault: null };
}
