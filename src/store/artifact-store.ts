import type { ReadStatistics } from '../core/artifact/statistics.ts';
import type { Table } from '../core/artifact/table.ts';
import type { CompiledArtifact } from '../core/decide/compile.ts';
import type { Live } from './source.ts';

/** What the service answers from, or why it has nothing to answer from. */
export type ArtifactState =
  | {
      ok: true;
      compiled: CompiledArtifact;
      /** Where the artifact came from, for people: "bundled", "kv", "file", "url". */
      origin: string;
      /** What is known of it being the current one; absent where there is no other that it could be. */
      check?: Check;
    }
  | { ok: false; reason: string };

export type LoadedArtifact = Extract<ArtifactState, { ok: true }>;

/** The last check of the source of artifacts, and its result. */
export interface Check {
  /**
   * When it was last made sure that this is the current artifact; where that never was, when the store was first
   * asked for one. In milliseconds since the epoch.
   */
  confirmedAt: number;
  /** Since when and how it is live; null where nothing says so. */
  live: Live | null;
  /** Why that could not be made sure since; null when all is well. */
  fault: Fault | null;
}

/** What keeps a store from getting the current artifact. */
export interface Fault {
  /** Stable, for programs. */
  code: string;
  /** A sentence for the log. It may quote what came. */
  detail: string;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface ArtifactStore {
  /**
   * Called by each request that needs an artifact. Once there is one in memory, however old, it is returned as it
   * is: no I/O and no promise; a refresh that is due is started here and goes on after the answer. Only a store
   * that has not loaded anything yet returns a promise. It never throws and never rejects.
   */
  current(): ArtifactState | Promise<ArtifactState>;
  /**
   * Reads the statistics of a table that this store gave, for people who ask: they are not kept, and no answer waits
   * for them. It never rejects.
   */
  statistics(table: Table): Promise<ReadStatistics>;
}
