import type { ReadStatistics } from '../core/artifact/statistics.ts';
import type { Table } from '../core/artifact/table.ts';
import type { CompiledArtifact } from '../core/decide/compile.ts';

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
  | { kind: 'new'; compiled: CompiledArtifact; publishedAt: string | null }
  /** What is held is the current one. */
  | { kind: 'same'; publishedAt: string | null }
  /** Nothing was ever published here. */
  | { kind: 'nothing' }
  /** What should be the current one cannot be served. */
  | { kind: 'bad'; code: string; detail: string };
