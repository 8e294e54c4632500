import { env } from 'cloudflare:workers';
import type { Env } from '../../../src/env.ts';

export type Kv = NonNullable<Env['ARTIFACTS']>;

/** The real KV binding of the test runtime. */
export function realKv(): Kv {
  if (env.ARTIFACTS === undefined) throw new Error('expected the binding ARTIFACTS in wrangler.toml');
  return env.ARTIFACTS;
}

/** Counts the reads that go through it, by key. */
export function counted(kv: Kv): { kv: Kv; reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    kv: readingThrough(kv, (key, read) => {
      reads.push(key);
      return read();
    }),
  };
}

/** A namespace whose reads pass through `around`, which may do without them. */
export function readingThrough(kv: Kv, around: <T>(key: string, read: () => Promise<T>) => Promise<T>): Kv {
  return {
    get: ((key: string, ...options: [never]) => around(key, () => kv.get(key, ...options))) as Kv['get'],
    put: (key, value, options) => kv.put(key, value, options),
    delete: (key) => kv.delete(key),
    list: (options) => kv.list(options),
  };
}
