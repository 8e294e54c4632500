import type { Artifact } from '../artifact/artifact.ts';
import { DataError } from '../errors.ts';
import { bodyKey, listBodies, readBody, storeBody } from './bodies.ts';
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
 * Makes an artifact the one that is live. The order of writes: the body, which is read back; the note in the
 * history; the pointer last. So a reader never sees a pointer to a body that is not there, and a writer that dies
 * in between has changed nothing. Doing it again does no harm.
 *
 * KV has no compare-and-set: of two that move the pointer in the same second, the later one wins, and both stand in
 * the history. Whoever publishes by machine sees to it that there is one writer.
 *
 * @throws DataError when the body cannot be stored as it is
 */
export async function publish(kv: KeyValue, artifact: Artifact, mover: Mover): Promise<Moved> {
  await storeBody(kv, artifact, mover.now);
  return move(kv, artifact.version, 'publish', mover);
}

/**
 * Makes an artifact live again that was published before.
 *
 * @param version the one to go to; null for what was live before the last move
 * @throws DataError when there is no such artifact, or it is damaged: then nothing changes
 */
export async function rollback(kv: KeyValue, version: string | null, mover: Mover): Promise<Moved> {
  const target = version ?? later(await livePointer(kv), mover.known ?? null)?.previous;
  if (target === undefined) throw new DataError('expected something live to roll back from, found nothing');
  if (target === null) throw new DataError('expected a version that was live before, found none: name one');
  const body = await readBody(kv, target);
  if (!body.ok) throw new DataError(`cannot roll back to ${target}: ${body.detail}`);
  return move(kv, target, 'rollback', mover);
}

/** @returns the pointer; null where nothing was ever published, or where it is rubbish and the history empty */
export async function livePointer(kv: KeyValue): Promise<Pointer | null> {
  const text = await kv.get(POINTER_KEY);
  if (text === null) return null;
  const parsed = parsePointer(text);
  if (parsed.ok) return parsed.value;
  // Somebody wrote over it: the history knows what it was, and the next move puts it right.
  return (await listMoves(kv)).at(-1) ?? null;
}

/**
 * Deletes the bodies that nobody will want again. What is live, what was live before it and the newest `keep` that
 * were live stay, and so does the history.
 *
 * @param now milliseconds since the epoch
 * @returns the versions that are gone, or with `dryRun` would be
 */
export async function prune(
  kv: KeyValue,
  { keep, now, dryRun = false }: { keep: number; now: number; dryRun?: boolean },
): Promise<string[]> {
  const pointer = await livePointer(kv);
  const recent = new Set((await listMoves(kv)).reverse().map(({ version }) => version));
  const kept = new Set([pointer?.version, pointer?.previous, ...[...recent].slice(0, keep)]);
  const gone = (await listBodies(kv)).filter(({ version, metadata }) => {
    const settled = metadata === null || now - Date.parse(metadata.stored_at) > SETTLING_MS;
    return settled && !kept.has(version);
  });
  if (!dryRun) for (const { version } of gone) await kv.delete(bodyKey(version));
  return gone.map(({ version }) => version);
}

async function move(
  kv: KeyValue,
  version: string,
  action: Move['action'],
  { by, now, known = null }: Mover,
): Promise<Moved> {
  const current = later(await livePointer(kv), known);
  if (current?.version === version) return { moved: false, pointer: await restored(kv, current) };
  // The history is in the order of its times, also when the clock of this writer is behind that of the last one.
  const at = Math.max(now, current === null ? now : Date.parse(current.published_at) + 1);
  const pointer: Pointer = {
    version,
    published_at: new Date(at).toISOString(),
    by: by.slice(0, LONGEST_BY).toWellFormed(),
    previous: current?.version ?? null,
  };
  await recordMove(kv, { ...pointer, action });
  await kv.put(POINTER_KEY, JSON.stringify(pointer));
  return { moved: true, pointer };
}

function later(a: Pointer | null, b: Pointer | null): Pointer | null {
  if (a === null || b === null) return a ?? b;
  return a.published_at < b.published_at ? b : a;
}

/** Writes a pointer again that was found in the history and not in its place. */
async function restored(kv: KeyValue, { version, published_at, by, previous }: Pointer): Promise<Pointer> {
  const pointer = { version, published_at, by, previous };
  const text = await kv.get(POINTER_KEY);
  if (text === null || !parsePointer(text).ok) await kv.put(POINTER_KEY, JSON.stringify(pointer));
  return pointer;
}
