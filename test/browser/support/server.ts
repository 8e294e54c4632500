import { dirname } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';
import type { BuiltWorker } from '../../support/built-worker.ts';

export const TOKEN = 'an-admin-token';

export interface Server {
  origin: string;
  /** The namespace that the Worker reads: what is put here it sees at once. */
  kv: KeyValue;
  stop: () => Promise<void>;
}

/**
 * Serves the Worker with its assets in a real workerd, on a free port of the loopback.
 *
 * @param vars more of what a deployment sets, such as API_KEYS
 * @param storage where it keeps what it stores; otherwise it begins with nothing, and nothing is kept
 */
export async function serveWorker(
  { script, options }: BuiltWorker,
  vars: Readonly<Record<string, string>> = {},
  storage?: string,
): Promise<Server> {
  const bindings = { ADMIN_TOKEN: TOKEN, REFRESH_SECONDS: '0', FIRST_WAIT_SECONDS: '60', ...vars };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      ...(storage !== undefined && { resourcePersistencePath: storage }),
      name: 'voucher-edge',
      modules: [{ type: 'ESModule', path: script }],
      modulesRoot: dirname(script),
      bindings: { ...(options.bindings as object), ...bindings },
      host: '127.0.0.1',
      port: 0,
      cf: false,
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => {},
    }),
  );
  try {
    const { origin } = await miniflare.ready;
    const kv = await miniflare.getKVNamespace('ARTIFACTS');
    return { origin, kv: kv as unknown as KeyValue, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
