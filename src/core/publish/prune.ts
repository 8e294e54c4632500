import { listStored, type StoredPart } from './bodies.ts';
import { listEntries, liveSpans, rollbackTarget } from './history.ts';
import type { KeyValue } from './key-value.ts';
import { livePointer } from './publish.ts';

/** Versions that were stored this recently are never pruned: another operator may be about to point to them. */
const SETTLING_MS = 60 * 60 * 1000;

/**
 * Deletes the artifacts that will not be needed again. What is live, what was within the hour, what was live before it,
 * what a rollback goes to and the newest `keep` that were live stay, and so does the history.
 *
 * KV cannot delete on a condition. So the history is read again after each delete, and an artifact that another operator has
 * begun to publish meanwhile is put back.
 *
 * @param now milliseconds since the epoch
 * @returns the versions that are gone, or with `dryRun` would be
 */
export async function prune(
  kv: KeyValue,
  { keep, now, dryRun = false }: { keep: number; now: number; dryRun?: boolean },
): Promise<string[]> {
  const settled = new Date(now - SETTLING_MS).toISOString();
  const gone: string[] = [];
  let wanted = await wantedVersions(kv, keep, settled);
  // Statistics without a table are what a writer left that died between the two.
  for (const [version, parts] of await listStored(kv)) {
    if (wanted.has(version) || parts.some(({ writtenAt }) => writtenAt !== null && writtenAt >= settled))
      continue;
    if (!dryRun) {
      // What another prune has deleted meanwhile it may put back at any moment: only what was read is deleted.
      const read: [part: StoredPart, value: string][] = [];
      for (const part of parts) {
        const value = await kv.get(part.key);
        if (value !== null) read.push([part, value]);
      }
      if (read.length === 0) continue;
      // The table first: who finds it finds its statistics.
      for (const [{ key }] of read.toReversed()) await kv.delete(key);
      wanted = await wantedVersions(kv, keep, settled);
      if (wanted.has(version)) {
        for (const [{ key, metadata }, value] of read) await kv.put(key, value, { metadata });
        continue;
      }
    }
    gone.push(version);
  }
  return gone;
}

/** @param settled ISO 8601: what was live or on its way after that is wanted, too */
async function wantedVersions(
  kv: KeyValue,
  keep: number,
  settled: string,
): Promise<Set<string | null | undefined>> {
  const moves = await listEntries(kv);
  const pointer = await livePointer(kv);
  const spans = liveSpans(moves, pointer);
  // A hold or a release leaves the version as it is: what was before lies further back.
  const before = spans.findLast(({ version }) => version !== pointer?.version)?.version;
  const late = moves.filter(({ at }) => at >= settled);
  const newest = new Set(moves.reverse().map(({ version }) => version));
  return new Set([
    ...[pointer, ...late].flatMap((it) => [it?.version, it?.previous]),
    ...[before, rollbackTarget(spans)],
    ...[...newest].slice(0, keep),
  ]);
}
