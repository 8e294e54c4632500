import type { Artifact } from '../artifact/artifact.ts';
import { DataError } from '../errors.ts';
import { type Body, listStored, readBody, type StoredPart, statisticsKey, storeBody } from './bodies.ts';
import { listMoves, recordMove } from './history.ts';
import type { KeyValue } from './key-value.ts';
import { type Move, POINTER_KEY, type Pointer, parsePointer } from './pointer.ts';

/** Who moves the pointer, and when. */
export interface Mover {
  /** A person or a program: what the history shows. */
  by: string;
  /** Milliseconds since the epoch. */
  now: number;
  /**
   * The pointer that this writer left when it last moved it. A Worker may read from KV what was there a minute ago;
   * of the two, the later one counts.
   */
  known?: Pointer | null;
}

export interface Moved {
  /** Whether the pointer moved; not when it stood there already. */
  moved: boolean;
  pointer: Pointer;
}

/** Characters of `by` that are kept: a move must fit the 1,024 bytes of a key's metadata. */
const LONGEST_BY = 128;

/** Versions that were stored this recently are never pruned: somebody may be about to point to them. */
const SETTLING_MS = 60 * 60 * 1000;

/**
 * Makes an artifact the one that is live. The order of writes: the note in the history, by which a prune knows that
 * the artifact is wanted; the statistics; the table, which is read back; the pointer last. So a writer that dies in between has changed
 * nothing. Doing it again does no harm, and writes the pointer again: KV may show for a minute that this is live when
 * it no longer is.
 *
 * KV has no compare-and-set: of two that move the pointer in the same second, the later one wins, and both stand in
 * the history. Whoever publishes by machine sees to it that there is one writer.
 *
 * @throws DataError when the body cannot be stored as it is
 */
export async function publish(kv: KeyValue, artifact: Artifact, mover: Mover): Promise<Moved> {
  return move(kv, artifact, 'publish', mover);
}

/**
 * Makes an artifact live again that was published before.
 *
 * @param version the one to go to; null for what was live before the last move
 * @throws DataError when there is no such artifact, or it is damaged: then nothing changes
 */
export async function rollback(kv: KeyValue, version: string | null, mover: Mover): Promise<Moved> {
  const target = version ?? (await livePointer(kv, mover.known))?.previous;
  if (target === undefined) throw new DataError('expected something live to roll back from, found nothing');
  if (target === null) throw new DataError('expected a version that was live before, found none: name one');
  // Before the table, which a prune deletes first.
  const statistics = await kv.get(statisticsKey(target));
  const read = await readBody(kv, target);
  if (!read.ok) throw new DataError(`cannot roll back to ${target}: ${read.detail}`);
  const texts = { table: read.text, statistics };
  return move(kv, { table: read.compiled.table, texts }, 'rollback', mover);
}

/**
 * @param known a pointer that the caller knows to have been written: KV may show for a minute what was before it
 * @returns the pointer; null where nothing was ever published, or where it is rubbish and the history empty
 */
export async function livePointer(kv: KeyValue, known: Pointer | null = null): Promise<Pointer | null> {
  const shown = await shownPointer(kv);
  return known !== null && (shown === null || shown.published_at < known.published_at) ? known : shown;
}

async function shownPointer(kv: KeyValue): Promise<Pointer | null> {
  const text = await kv.get(POINTER_KEY);
  if (text === null) return null;
  const parsed = parsePointer(text);
  if (parsed.ok) return parsed.value;
  // Somebody wrote over it: the history knows what it was, and the next move puts it right.
  const last = (await listMoves(kv)).at(-1);
  if (last === undefined) return null;
  const { action: _, ...pointer } = last;
  return pointer;
}

/**
 * Deletes the artifacts that nobody will want again. What is live, what was within the hour, what was live before it
 * and the newest `keep` that were live stay, and so does the history.
 *
 * KV cannot delete on a condition. So the history is read again after each artifact is gone, and one that somebody has
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
    if (wanted.has(version) || parts.some(({ storedAt }) => storedAt !== null && storedAt >= settled))
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
  const moves = (await listMoves(kv)).reverse();
  const newest = new Set(moves.map(({ version }) => version));
  const late = moves.filter(({ published_at }) => published_at >= settled);
  const pointers = [await livePointer(kv), ...late];
  return new Set([...pointers.flatMap((it) => [it?.version, it?.previous]), ...[...newest].slice(0, keep)]);
}

async function move(
  kv: KeyValue,
  body: Body,
  action: Move['action'],
  { by, now, known }: Mover,
): Promise<Moved> {
  const { version } = body.table;
  const current = await livePointer(kv, known);
  const moved = current?.version !== version;
  const pointer = moved ? pointerAfter(current, version, by, now) : current;
  if (moved) await recordMove(kv, { ...pointer, action });
  await storeBody(kv, body, now);
  await kv.put(POINTER_KEY, JSON.stringify(pointer));
  return { moved, pointer };
}

function pointerAfter(current: Pointer | null, version: string, by: string, now: number): Pointer {
  // The history is in the order of its times, also when the clock of this writer is behind that of the last one.
  const at = Math.max(now, current === null ? now : Date.parse(current.published_at) + 1);
  return {
    version,
    published_at: new Date(at).toISOString(),
    by: by.slice(0, LONGEST_BY).toWellFormed(),
    previous: current?.version ?? null,
  };
}
