import type { Artifact } from '../artifact/artifact.ts';
import { DataError } from '../errors.ts';
import { type Body, MOST_PARTS_SERVED, readBody, readStatisticsText, storeBody } from './bodies.ts';
import { listEntries, liveSpans, recordEntry, rollbackTarget, type Span } from './history.ts';
import type { KeyValue } from './key-value.ts';
import { type Action, type Entry, type HistorySource, POINTER_KEY, parseEntry } from './pointer.ts';

/** Who moves the pointer, when and why. */
export interface Mover {
  /** A person or a program: what the history shows. */
  by: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** One line; see {@link ReasonSchema}. */
  reason?: string | null;
  /** The run of ingestion that publishes. */
  run?: string | null;
  /**
   * The pointer that this writer left when it last moved it. A Worker may read from KV what was there a minute ago;
   * of the two, the later one counts.
   */
  known?: Entry | null;
  /** Reads what the service answers from as long as nothing was published. The first move puts it into the history. */
  bundled?: Bundled | undefined;
}

/** Reads what comes with a deployment; null where it has nothing that can be served. It never rejects. */
export type Bundled = () => Promise<Body | null>;

export interface Moved {
  /** False when nothing changed: the version was live already, and held already if that was asked. */
  moved: boolean;
  pointer: Entry;
}

/** What is live does not allow what was asked. */
export class ConflictError extends DataError {}

/** What is live is held, so nothing is published over it. */
export class HeldError extends ConflictError {}

/** Characters of `by` that are kept. */
const LONGEST_BY = 128;

/**
 * Makes an artifact the one that is live. The order of writes: the entry in the history, by which a prune knows that
 * the artifact is wanted; the statistics; the table, which is read back; the pointer last. So a writer that dies in
 * between has changed nothing. Doing it again does no harm, and writes the pointer again: KV may show for a minute that
 * this is live when it no longer is.
 *
 * KV has no compare-and-set: of two that move the pointer in the same second, the later one wins, and both are in the
 * history. Where uploads are taken in, all moves but those of the command line go through one object: the sequencer.
 *
 * @throws HeldError when what is live is held
 * @throws DataError when the body cannot be stored as it is
 */
export async function publish(kv: KeyValue, artifact: Artifact, mover: Mover): Promise<Moved> {
  const current = await beginning(kv, mover);
  requireFree(current);
  return move(kv, artifact, current, 'publish', mover);
}

/** @throws HeldError when what is live is held */
export function requireFree(pointer: Entry | null): void {
  if (!pointer?.hold) return;
  const { since, by, reason } = pointer.hold;
  const why = reason === null ? '' : ` (${reason})`;
  throw new HeldError(
    `${pointer.version} is held since ${since} by ${by}${why}: release it first, with npm run artifact -- release or POST /release`,
  );
}

/** A move of the pointer that an operator asks for. */
export interface Change {
  /**
   * - rollback: makes an artifact live again that was live before, and holds it
   * - hold: keeps publishes from replacing what is live, until it is released
   * - release: lets publishes replace what is live again
   */
  action: 'rollback' | 'hold' | 'release';
  /** The one to go to or to hold; null for the one that was live before, and to hold what is live. */
  version: string | null;
}

/**
 * Makes a move that an operator asks for.
 *
 * @throws ConflictError when what is live does not allow it: then nothing changes
 * @throws DataError when there is no such artifact, or it is damaged: then nothing changes
 */
export async function change(kv: KeyValue, { action, version }: Change, mover: Mover): Promise<Moved> {
  const current = await beginning(kv, mover);
  const target = await targetOf(kv, current, { action, version });
  return move(kv, await storedBody(kv, target, VERBS[action]), current, action, mover);
}

/** A refusal comes back as a value: an error's class is lost on the way out of a Durable Object. */
export type ChangeOutcome =
  | { ok: true; moved: Moved }
  /** `conflict`: what is live does not allow it; otherwise there is no such version. */
  | { ok: false; conflict: boolean; message: string };

/** @returns a change, or its refusal; what else goes wrong is thrown on */
export async function changeOutcome(changing: Promise<Moved>): Promise<ChangeOutcome> {
  try {
    return { ok: true, moved: await changing };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { ok: false, conflict: error instanceof ConflictError, message: error.message };
  }
}

const VERBS = { rollback: 'roll back to', hold: 'hold', release: 'release' } as const;

/** @returns the version that a change makes live */
async function targetOf(kv: KeyValue, current: Entry | null, { action, version }: Change): Promise<string> {
  if (action === 'release') {
    if (current?.hold) return current.version;
    throw new ConflictError('Nothing is held, so there is nothing to release.');
  }
  if (action === 'hold') {
    const target = version ?? current?.version;
    if (target !== undefined) return target;
    throw new ConflictError('Nothing was published yet, so there is nothing to hold.');
  }
  if (current === null)
    throw new ConflictError('Nothing was published yet, so there is nothing to roll back from.');
  const target = version ?? rollbackTarget(liveSpans(await listEntries(kv), current));
  if (target !== null) return target;
  throw new ConflictError(
    `No version was live before ${current.version}: name one; npm run artifact -- list shows what is stored`,
  );
}

/** Lost statistics do not block the way back. */
async function storedBody(kv: KeyValue, version: string, verb: string): Promise<Body> {
  // Before the table, which a prune deletes first. Large ones are left where they are: an operator may ask an isolate.
  const found = await readStatisticsText((key) => kv.get(key), version, MOST_PARTS_SERVED);
  const statistics = found.state === 'whole' ? found.text : null;
  const read = await readBody(kv, version);
  if (read.ok) return { table: read.compiled.table, texts: { table: read.text, statistics } };
  const advice = read.code === 'missing' ? '; npm run artifact -- list shows what is stored' : '';
  throw new DataError(`cannot ${verb} ${version}: ${read.detail}${advice}`);
}

/** Finds what is live, after the bundled version was put into a history that had nothing. */
async function beginning(kv: KeyValue, mover: Mover): Promise<Entry | null> {
  const current = await livePointer(kv, mover.known);
  const body = current === null ? await mover.bundled?.() : null;
  return body ? (await move(kv, body, null, 'bundled', deployment(mover.now))).pointer : current;
}

function deployment(now: number): Mover {
  return { by: 'deployment', now: now - 1, reason: null };
}

/** @returns the history of a store to which nothing was published: the bundled version, live since the deployment */
export function bundledHistory(version: string, now: number): Span[] {
  return [{ ...entryAfter(null, version, 'bundled', deployment(now)), from: null, to: null }];
}

/**
 * @param known a pointer that the caller knows to have been written: KV may show for a minute what was before it
 * @param lost is told what was live last by the history, where the pointer itself is gone or damaged
 * @returns the pointer; null where nothing was ever published
 */
export async function livePointer(
  kv: KeyValue,
  known: Entry | null = null,
  lost?: (last: Entry) => void,
): Promise<Entry | null> {
  const text = await kv.get(POINTER_KEY);
  const parsed = text === null ? null : parseEntry(text);
  const shown = parsed?.ok ? parsed.value : await lastLive(kv, text === null);
  if (known !== null && (shown === null || shown.at < known.at)) return known;
  if (shown !== null && !parsed?.ok) lost?.(shown);
  return shown;
}

/** @returns the pointer by the history, for the next move to write. A first move that wrote no pointer made nothing live */
async function lastLive(kv: KeyValue, isGone: boolean): Promise<Entry | null> {
  const last = (await listEntries(kv)).at(-1);
  return last === undefined || (isGone && last.previous === null) ? null : last;
}

async function move(
  kv: KeyValue,
  body: Body,
  current: Entry | null,
  action: Action,
  mover: Mover,
): Promise<Moved> {
  const { version } = body.table;
  const next = entryAfter(current, version, action, mover);
  const moved = current === null || !changesNothing(current, next);
  const pointer = moved ? next : current;
  if (moved) await recordEntry(kv, pointer);
  await storeBody(kv, body, mover.now);
  await kv.put(POINTER_KEY, JSON.stringify(pointer));
  return { moved, pointer };
}

/** Whether an entry would only repeat what is so already: the same version, hold and source of the history. */
function changesNothing(current: Entry, next: Entry): boolean {
  return (
    current.version === next.version &&
    (current.action === 'bundled') === (next.action === 'bundled') &&
    current.history_source === next.history_source &&
    current.hold?.by === next.hold?.by &&
    current.hold?.reason === next.hold?.reason
  );
}

function entryAfter(
  current: Entry | null,
  version: string,
  action: Action,
  { by: given, now, reason = null, run = null }: Mover,
): Entry {
  // The history is in the order of its times, also when the clock of this writer is earlier than that of the last one.
  const time = Math.max(now, current === null ? now : Date.parse(current.at) + 1);
  const at = new Date(time).toISOString();
  const by = given.slice(0, LONGEST_BY).toWellFormed();
  const holds = action === 'rollback' || action === 'hold';
  const live_since = current?.version === version ? current.live_since : at;
  return {
    version,
    action,
    at,
    by,
    reason,
    previous: current?.version ?? null,
    previous_at: current?.at ?? null,
    live_since,
    hold: holds ? { since: at, by, reason } : null,
    run,
    history_source: historySource(current, action, run),
  };
}

/** A publish decides where the history comes from; other moves leave that as it is. */
function historySource(current: Entry | null, action: Action, run: string | null): HistorySource | null {
  if (action !== 'publish') return current?.history_source ?? null;
  return run === null ? 'command_line' : 'uploads';
}
