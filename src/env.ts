import type { KeyValue } from './core/key-value.ts';
import type { DataPoint } from './log/data-point.ts';
import type { ArtifactKv } from './store/kv.ts';

/** The bindings and vars that the Worker knows. All are optional. */
export interface Env {
  /** The KV namespace of artifacts; without it the Worker answers from the bundled one. */
  ARTIFACTS?: KeyValue & ArtifactKv;
  /** The Analytics Engine dataset that takes a data point for each decision. */
  DECISIONS?: { writeDataPoint(point: DataPoint): void };
  /** Seconds between two looks for a newer artifact. */
  REFRESH_SECONDS?: string;
}
