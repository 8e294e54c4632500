import type { Guards } from '../config/deployment.ts';
import { type CompiledArtifact, compileArtifact } from '../decide/compile.ts';
import { DataError } from '../errors.ts';
import { listBodies, readBody } from './bodies.ts';
import { type ArtifactDiff, diffArtifacts } from './diff.ts';
import { type Objection, objectionsTo } from './guards.ts';
import { listEntries, liveSpans, type Span } from './history.ts';
import type { KeyValue } from './key-value.ts';
import type { Pointer } from './pointer.ts';
import { livePointer } from './publish.ts';

/** A version that is stored, and can be made live again. */
export interface StoredVersion {
  version: string;
  /** The rest is null where publishing did not write it. */
  rows_kept: number | null;
  countries: number | null;
  bytes: number | null;
  stored_at: string | null;
}

export interface Versions {
  /** What the pointer says; null where nothing was ever published. */
  live: Pointer | null;
  /** What was live when, the newest first. */
  history: Span[];
  stored: StoredVersion[];
}

/** The moves that are shown; whoever wants more asks the command line. */
const MOST_SPANS = 200;

/** Reads all that is known of the versions of a store. */
export async function listVersions(kv: KeyValue): Promise<Versions> {
  const [live, moves, bodies] = await Promise.all([livePointer(kv), listEntries(kv), listBodies(kv)]);
  const stored = bodies.map(({ version, metadata }) => ({
    version,
    rows_kept: metadata?.rows_kept ?? null,
    countries: metadata?.countries ?? null,
    bytes: metadata?.bytes ?? null,
    stored_at: metadata?.stored_at ?? null,
  }));
  return { live, history: liveSpans(moves, live).reverse().slice(0, MOST_SPANS), stored };
}

/** A comparison as it is shown: the changes that move most money, how many there are in all, and what the guards say. */
export interface Comparison extends ArtifactDiff {
  changes_total: number;
  objections: Objection[];
}

/** The changes that a comparison lists. */
const MOST_CHANGES = 100;

/**
 * Compares what two versions answer.
 *
 * @param served what the service answers from: it need not be in the store
 * @throws DataError for a version that is not there, or is damaged
 */
export async function compareVersions(
  kv: KeyValue,
  { from, to, served, guards }: { from: string; to: string; served: CompiledArtifact | null; guards: Guards },
): Promise<Comparison> {
  const compiled = async (version: string): Promise<CompiledArtifact> => {
    if (served?.artifact.version === version) return served;
    const body = await readBody(kv, version);
    if (!body.ok) throw new DataError(`expected a version that is stored, got ${version}: ${body.detail}`);
    return compileArtifact(body.artifact);
  };
  const [before, after] = await Promise.all([compiled(from), compiled(to)]);
  const diff = diffArtifacts(before, after);
  return {
    ...diff,
    changes: diff.changes.slice(0, MOST_CHANGES),
    changes_total: diff.changes.length,
    objections: objectionsTo(diff, guards),
  };
}
