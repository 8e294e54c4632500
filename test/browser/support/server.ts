import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getPlatformProxy, unstable_startWorker } from 'wrangler';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';

export const TOKEN = 'an-admin-token';

export interface Server {
  origin: string;
  /** The namespace that the Worker reads: what is put here it sees at once. */
  kv: KeyValue;
  stop: () => Promise<void>;
}

/**
 * Serves the Worker with its assets and an empty KV in a real workerd, on a free port of the loopback.
 *
 * @param vars more of what a deployment sets, such as API_KEYS
 */
export async function serve(vars: Readonly<Record<string, string>> = {}): Promise<Server> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const state = await mkdtemp(join(tmpdir(), 'voucher-edge-browser-'));
  const config = join(root, 'wrangler.toml');
  const worker = await unstable_startWorker({
    config,
    bindings: {
      ADMIN_TOKEN: { type: 'plain_text', value: TOKEN },
      REFRESH_SECONDS: { type: 'plain_text', value: '0' },
      FIRST_WAIT_SECONDS: { type: 'plain_text', value: '60' },
      ...Object.fromEntries(
        Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
      ),
    },
    build: { custom: { command: '' } },
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      watch: false,
      persist: state,
      logLevel: 'none',
    },
  });
  // Where it cannot start it says so by an event alone, and is never ready.
  const failed = new Promise<never>((_, reject) => {
    worker.raw.once('error', (error: { reason?: string; cause?: unknown }) => {
      reject(new Error(`workerd did not start: ${error.reason ?? error}`, { cause: error.cause }));
    });
  });
  failed.catch(() => {});
  try {
    await Promise.race([worker.ready, failed]);
  } catch (error) {
    await worker.dispose();
    throw error;
  }
  const origin = (await worker.url).origin;
  // A config of this one binding: the others are of no use outside the Worker.
  const configPath = join(state, 'wrangler.toml');
  await writeFile(
    configPath,
    'name = "seed"\ncompatibility_date = "2026-10-01"\n[[kv_namespaces]]\nbinding = "ARTIFACTS"\n',
  );
  const proxy = await getPlatformProxy<{ ARTIFACTS: KeyValue }>({
    configPath,
    persist: { path: join(state, 'v3') },
    remoteBindings: false,
  });
  return {
    origin,
    kv: proxy.env.ARTIFACTS,
    async stop() {
      await proxy.dispose();
      await worker.dispose();
      await rm(state, { recursive: true, force: true });
    },
  };
}
