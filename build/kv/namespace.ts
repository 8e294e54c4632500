import type { KeyValue } from '../../src/core/publish/key-value.ts';

/** The binding in wrangler.toml of the KV namespace of artifacts. */
export const BINDING = 'ARTIFACTS';

/** An open KV namespace. */
export interface OpenKv {
  kv: KeyValue;
  close(): Promise<void>;
}
