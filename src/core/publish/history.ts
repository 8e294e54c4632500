import { type KeyValue, listAll } from './key-value.ts';
import { type Entry, parseEntry } from './pointer.ts';

const PREFIX = 'history:';

/** What the metadata of a key may have, in bytes of JSON. */
const METADATA_BYTES = 1024;

/**
 * Writes down that the pointer is about to move. Each entry has a key of its own: KV takes one write a second to a
 * key, and a list that two writers change would lose one. The metadata repeats the value, unless it is too long, so
 * that a list is enough to read a thousand entries.
 */
export async function recordEntry(kv: KeyValue, entry: Entry): Promise<void> {
  const text = JSON.stringify(entry);
  const fits = new TextEncoder().encode(text).length <= METADATA_BYTES;
  await kv.put(
    `${PREFIX}${entry.at}:${entry.action}:${entry.version}`,
    text,
    fits ? { metadata: entry } : {},
  );
}

/**
 * @returns all entries, the oldest first. One that publishing did not write, or a later version of it, must not block
 *   the way back: it is passed over
 */
export async function listEntries(kv: KeyValue): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const { name, metadata } of await listAll(kv, PREFIX)) {
    const parsed = parseEntry(metadata ?? (await kv.get(name)));
    if (parsed.ok) entries.push(parsed.value);
  }
  return entries;
}

/** An entry and how long it lasted. */
export interface Span extends Entry {
  /** When it began; null for the bundled version, which was live since the service was deployed. */
  from: string | null;
  /** When the next one came; null for the last. */
  to: string | null;
}

/**
 * The history without the moves that were never made, the oldest first. An entry is written down before the pointer
 * moves, so the list may have some whose writer died in between, or was overtaken. The list is therefore followed
 * backwards from the pointer: each entry names the one before it.
 */
export function liveSpans(entries: readonly Entry[], pointer: Entry | null): Span[] {
  const spans: Span[] = [];
  let to: string | null = null;
  let entry = pointer === null ? undefined : entryAt(entries, pointer);
  while (entry !== undefined) {
    const { action, at, previous, previous_at } = entry;
    spans.push({ ...entry, from: action === 'bundled' ? null : at, to });
    to = at;
    entry =
      previous === null || previous_at === null
        ? undefined
        : entryAt(entries, { version: previous, at: previous_at }, at);
  }
  return spans.reverse();
}

/**
 * @param before times that come into question end here
 * @returns an entry, or the last one before it where that was lost: what no entry tells of hides nothing older
 */
function entryAt(
  entries: readonly Entry[],
  { version, at, action }: Pick<Entry, 'version' | 'at'> & { action?: Entry['action'] },
  before: string = LAST,
): Entry | undefined {
  const exact = entries.find(
    (entry) =>
      entry.at === at &&
      entry.version === version &&
      (action === undefined || entry.action === action) &&
      at < before,
  );
  return exact ?? entries.findLast((entry) => entry.at < at && entry.at < before);
}

/** Later than any time. */
const LAST = '~';

/** @param from milliseconds since the epoch @param to likewise, not included @returns the spans that reach into that time */
export function liveBetween(spans: readonly Span[], from: number, to: number): Span[] {
  return spans.filter(
    (span) =>
      (span.from === null || Date.parse(span.from) < to) && (span.to === null || Date.parse(span.to) > from),
  );
}

/**
 * What a rollback without a version goes to: the version that was live before the one that is rolled back from, and
 * never one that was itself rolled back from. Publishing puts a version on a pile, and a rollback takes those off that
 * lie above its target.
 *
 * @returns null without an entry
 */
export function rollbackTarget(spans: readonly Span[]): string | null {
  const pile: string[] = [];
  for (const { action, version } of spans) {
    const at = action === 'publish' ? -1 : pile.lastIndexOf(version);
    if (at !== -1) pile.length = at + 1;
    else if (pile.at(-1) !== version) pile.push(version);
  }
  return pile.at(-2) ?? null;
}
