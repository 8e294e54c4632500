import type { KeyValue } from '../../src/core/publish/key-value.ts';

/** The binding in wrangler.toml of the KV namespace of artifacts. */
export const BINDING = 'ARTIFACTS';

/** @param told tells a failure of the store in a sentence, by what was asked of it @returns the store with such failures */
export function explained(
  kv: KeyValue,
  told: <T>(asked: Promise<T>, what: 'read' | 'written') => Promise<T>,
): KeyValue {
  return {
    get: (key) => told(kv.get(key), 'read'),
    put: (key, value, options) => told(kv.put(key, value, options), 'written'),
    delete: (key) => told(kv.delete(key), 'written'),
    list: (options) => told(kv.list(options), 'read'),
  };
}

export interface OpenKv {
  kv: KeyValue;
  close(): Promise<void>;
}
