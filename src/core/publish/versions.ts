import type { ReadStatistics } from '../artifact/statistics.ts';
import type { Guards } from '../config/deployment.ts';
import type { CompiledArtifact } from '../decide/compile.ts';
import { DataError, StatisticsError } from '../errors.ts';
import { listBodies, MOST_PARTS_SERVED, readBody, readStoredStatistics } from './bodies.ts';
import type { Compared } from './compared.ts';
import type { Comparison } from './comparison.ts';
import { diffArtifacts, type FullDiff, shownDiff } from './diff.ts';
import { objectionsTo } from './guards.ts';
import { listEntries, liveSpans } from './history.ts';
import type { KeyValue } from './key-value.ts';
import { type Bundled, bundledHistory, livePointer } from './publish.ts';

/** The moves that are shown; the command line shows the rest. */
const MOST_SPANS = 200;

/**
 * Reads all that is known of the versions of a store: the pointer, null where nothing was ever published; what was live
 * when, the newest first; and those that are stored, with null for what publishing did not write.
 *
 * @param bundled what is live as long as nothing was published
 * @param now milliseconds since the epoch
 */
export async function listVersions(kv: KeyValue, bundled: Bundled | undefined, now: number) {
  const [live, moves, bodies] = await Promise.all([livePointer(kv), listEntries(kv), listBodies(kv)]);
  const stored = bodies.map(({ version, metadata }) => {
    const { rows_kept = null, countries = null, bytes = null, stored_at = null } = metadata ?? {};
    return { version, rows_kept, countries, bytes, stored_at };
  });
  const body = live === null ? await bundled?.() : null;
  const spans = body ? bundledHistory(body.table.version, now) : liveSpans(moves, live);
  return { live, history: spans.reverse().slice(0, MOST_SPANS), stored };
}

/** What a service answers from, and how it reads the statistics of that. */
export interface Served {
  compiled: CompiledArtifact;
  statistics: () => Promise<ReadStatistics>;
}

export type StoredArtifact =
  | ({ ok: true /** Why there are no statistics. */; fault: string | null } & Compared)
  | { ok: false; detail: string };

/**
 * Reads a stored artifact to compare it. Where its statistics cannot be read, its answers can still be compared.
 *
 * @param most parts of its statistics that may be in memory
 */
export async function storedArtifact(
  kv: KeyValue,
  version: string,
  most = MOST_PARTS_SERVED,
): Promise<StoredArtifact> {
  const body = await readBody(kv, version);
  if (!body.ok) return body;
  const { compiled } = body;
  return servedArtifact({ compiled, statistics: () => readStoredStatistics(kv, compiled.table, most) });
}

async function servedArtifact({
  compiled,
  statistics,
}: Served): Promise<Extract<StoredArtifact, { ok: true }>> {
  const read = await statistics();
  return read.ok
    ? { ok: true, compiled, statistics: read.statistics, fault: null }
    : { ok: true, compiled, statistics: null, fault: read.detail };
}

/** The changes that a comparison lists. */
const MOST_CHANGES = 100;

/** @returns a comparison as it is shown: the changes that move most money, their number in all, and what the guards say */
export function comparisonOf(full: FullDiff, guards: Guards): Comparison {
  const diff = shownDiff(full);
  return {
    ...diff,
    changes: diff.changes.slice(0, MOST_CHANGES),
    answer_changes: diff.answer_changes.slice(0, MOST_CHANGES),
    changes_total: diff.changes.length,
    objections: objectionsTo(full, guards),
  };
}

/** What is live, and what was live before it. */
export interface LivePair {
  /** Null where there was none. */
  before: string | null;
  live: string;
}

/** @returns null where nothing was ever published */
export async function livePair(kv: KeyValue): Promise<LivePair | null> {
  const pointer = await livePointer(kv);
  if (pointer === null) return null;
  const { version: live, previous } = pointer;
  // A hold or a release leaves the version as it is: what was before lies further back.
  if (previous !== live) return { before: previous, live };
  const spans = liveSpans(await listEntries(kv), pointer);
  return { before: spans.findLast(({ version }) => version !== live)?.version ?? null, live };
}

/**
 * Compares what two versions answer.
 *
 * @param from null to compare with nothing
 * @param served what the service answers from: it need not be in the store
 * @throws DataError for a version that is not there, or is damaged
 * @throws StatisticsError for one whose statistics cannot be read
 */
export async function diffVersions(
  kv: KeyValue,
  { from, to, served }: { from: string | null; to: string; served: Served | null },
): Promise<FullDiff> {
  const compared = async (version: string): Promise<Compared> => {
    const isServed = served?.compiled.table.version === version;
    const read = isServed ? await servedArtifact(served) : await storedArtifact(kv, version);
    if (!read.ok) throw new DataError(`expected a version that is stored, got ${version}: ${read.detail}`);
    if (read.fault !== null) throw new StatisticsError(read.fault);
    return read;
  };
  const [before, after] = await Promise.all([from === null ? null : compared(from), compared(to)]);
  return diffArtifacts(before, after);
}
