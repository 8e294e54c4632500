import { type AppOptions, createApp } from '../../src/app.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import { goldenStore } from './golden.ts';

/** A moment for services under test, in milliseconds. */
export const MOMENT = Date.UTC(2026, 2, 1, 12, 0, 0, 7);

/** A request that is answered. */
export const GOOD = {
  customer_id: 'c-4711',
  country_code: 'Peru',
  total_orders: 15,
  segment_name: 'frequency_segment',
};

/** A store of an artifact that does not parse. */
export const brokenStore = bundledStore({ schema_version: 1 });

/** A store that fails in a way that is not expected. */
export const throwingStore: ArtifactStore = {
  current() {
    throw new TypeError('the secret of the store');
  },
  async statistics() {
    throw new TypeError('the secret of the store');
  },
};

export interface Service {
  send: (method: string, path: string, init?: RequestInit & { json?: unknown }) => Promise<Response>;
  /** The log's lines, parsed. */
  lines: Record<string, unknown>[];
  /** The same as written. */
  written: string[];
}

/** A service in this process whose requests each take 1.5 ms. */
export async function service(store?: ArtifactStore, options: Partial<AppOptions> = {}): Promise<Service> {
  const written: string[] = [];
  const lines: Record<string, unknown>[] = [];
  let elapsed = 0;
  const clock = {
    now: () => MOMENT,
    elapsed: () => {
      elapsed += 1.5;
      return elapsed;
    },
  };
  const app = createApp({
    store: store ?? (await goldenStore()),
    clock,
    log(line) {
      written.push(line);
      lines.push(JSON.parse(line));
    },
    ...options,
  });
  return {
    lines,
    written,
    async send(method, path, { json, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
      const body = json === undefined ? init.body : JSON.stringify(json);
      const request = { ...init, method, headers, ...(body != null && { body, duplex: 'half' }) };
      return app.fetch(new Request(`http://localhost${path}`, request as RequestInit));
    },
  };
}
