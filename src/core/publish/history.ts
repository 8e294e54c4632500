import { type KeyValue, listAll } from './key-value.ts';
import { type Move, type Pointer, parseMove } from './pointer.ts';

const PREFIX = 'move:';

/**
 * Writes down that the pointer is about to move. Each move has a key of its own: KV takes one write a second to a
 * key, and a list that two writers change would lose one. The metadata repeats the value, so that a list is enough
 * to read a thousand moves.
 */
export async function recordMove(kv: KeyValue, move: Move): Promise<void> {
  const key = `${PREFIX}${move.published_at}:${move.version}`;
  await kv.put(key, JSON.stringify(move), { metadata: move });
}

/**
 * @returns all moves that were written down, the oldest first. A note that no publication wrote, or one of a later
 *   version, must not keep anybody from the way back: it is passed over
 */
export async function listMoves(kv: KeyValue): Promise<Move[]> {
  const moves: Move[] = [];
  for (const { name, metadata } of await listAll(kv, PREFIX)) {
    const parsed = parseMove(metadata ?? (await kv.get(name)));
    if (parsed.ok) moves.push(parsed.value);
  }
  return moves;
}

/** A version and when it was live. */
export interface Span extends Move {
  /** When it came; the same as published_at. */
  from: string;
  /** When the next one came; null for what is live. */
  to: string | null;
}

/**
 * What was live when, the oldest first. A move is written down before it is made, so one that was never made (its
 * writer died in between, or another was faster) may stand in the list. What came after says what was live, and so
 * the list is read backwards, from the pointer: each move that was made names the one before it.
 */
export function liveSpans(moves: readonly Move[], pointer: Pointer | null): Span[] {
  const firstAt = new Map<string, number>();
  for (const [index, { version }] of moves.entries()) {
    if (!firstAt.has(version)) firstAt.set(version, index);
  }
  const spans: Span[] = [];
  let live = pointer?.version ?? null;
  let to: string | null = null;
  for (const [index, move] of [...moves.entries()].reverse()) {
    if (live === null) break;
    // What no move tells of (a pointer that was set by hand, a note that was lost) hides nothing before it.
    const told = (firstAt.get(live) ?? index + 1) <= index;
    if (told && move.version !== live) continue;
    spans.unshift({ ...move, from: move.published_at, to });
    live = move.previous;
    to = move.published_at;
  }
  return spans;
}

/** @returns the spans that reach into a stretch of time. @param from milliseconds since the epoch @param to likewise, not included */
export function liveBetween(spans: readonly Span[], from: number, to: number): Span[] {
  return spans.filter(
    (span) => Date.parse(span.from) < to && (span.to === null || Date.parse(span.to) > from),
  );
}
