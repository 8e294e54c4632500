import type { KeyValue } from '../../src/core/publish/key-value.ts';

export interface MemoryKv extends KeyValue {
  values: Map<string, { value: string; metadata?: unknown }>;
  /** What was done, in order: `get current`, `put artifact:…`. */
  calls: string[];
  /** Called before each operation; may throw, as a store does that fails or a writer that dies there. */
  before: (call: string) => void;
}

/** A key-value store in memory, with pages as small as `page` so that reading on is tried. */
export function memoryKv(page = 3): MemoryKv {
  const values: MemoryKv['values'] = new Map();
  const did = (call: string) => {
    kv.before(call);
    kv.calls.push(call);
  };
  const kv: MemoryKv = {
    values,
    calls: [],
    before: () => {},
    async get(key) {
      did(`get ${key}`);
      return values.get(key)?.value ?? null;
    },
    async put(key, value, options = {}) {
      did(`put ${key}`);
      values.set(key, { value, ...options });
    },
    async delete(key) {
      did(`delete ${key}`);
      values.delete(key);
    },
    async list({ prefix, cursor }) {
      did(`list ${prefix}`);
      const names = [...values.keys()].filter((name) => name.startsWith(prefix)).sort();
      const start = Number(cursor ?? 0);
      const keys = names
        .slice(start, start + page)
        .map((name) => ({ name, metadata: values.get(name)?.metadata }));
      const end = start + page;
      return end >= names.length
        ? { keys, list_complete: true }
        : { keys, list_complete: false, cursor: String(end) };
    },
  };
  return kv;
}
