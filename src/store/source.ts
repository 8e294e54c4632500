import type { ReadStatistics } from '../core/artifact/statistics.ts';
import type { Table } from '../core/artifact/table.ts';
import type { CompiledArtifact } from '../core/decide/compile.ts';
import type { LoadedTable } from '../core/decide/load.ts';
import type { HistorySource, Hold } from '../core/publish/pointer.ts';

/** Where a store gets artifacts from: KV, a file, a URL. */
export interface ArtifactSource {
  /** For people: "kv". */
  origin: string;
  /**
   * Asks for the current artifact. It may throw, and it may hang: the store bears both.
   *
   * @param held what is served now
   */
  load(held: CompiledArtifact | null): Promise<Loaded>;
  /** Reads the statistics of a table that came from here. It may throw. */
  statistics(table: Table): Promise<ReadStatistics>;
}

export type Loaded =
  /** The very artifact that is held, where that is the current one. */
  | { kind: 'current'; compiled: CompiledArtifact; live: Live | null }
  /** Nothing was ever published here. */
  | { kind: 'nothing' }
  /** What should be the current one cannot be served. */
  | { kind: 'bad'; code: string; detail: string };

/** @param from goes before the sentence about a table that cannot be served @returns what a table is beside what is held */
export function loadedOf(
  read: LoadedTable,
  held: CompiledArtifact | null,
  live: Live | null,
  from = '',
): Loaded {
  if (!read.ok) return { kind: 'bad', code: read.code, detail: from + read.detail };
  const isHeld = read.compiled.table.version === held?.table.version;
  return { kind: 'current', compiled: isHeld ? held : read.compiled, live };
}

/** What a source knows about how the artifact went live. */
export interface Live {
  /** ISO 8601. */
  since: string;
  hold: Hold | null;
  historySource: HistorySource | null;
}

/** What to do where a file or a URL cannot be read. */
export const BOTH_FILES = 'both files of a build must be readable there';

/** @returns what a source knows that has a time alone. @param since ISO 8601 */
export function liveSince(since: string | null): Live | null {
  return since === null ? null : { since, hold: null, historySource: null };
}
