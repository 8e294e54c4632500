import artifact from '../artifacts/current.json' with { type: 'json' };
import { createApp } from './app.ts';
import { compressLarge } from './http/compress.ts';
import { readOrigins } from './http/cross-origin.ts';
import { setHeaders } from './http/respond.ts';
import { consoleFiles } from './pages/console-files.ts';
import { bufferedLog, lostLine } from './platform/buffered-log.ts';
import { systemClock } from './platform/clock.ts';
import { deployedConfig } from './platform/deployed-config.ts';
import type { ArtifactStore } from './store/artifact-store.ts';
import { bundledStore } from './store/bundled.ts';
import type { Files } from './store/file.ts';
import { sourceAt } from './store/place.ts';
import { refreshTimes } from './store/refresh-times.ts';
import { refreshingStore } from './store/refreshing.ts';

/** What is used of Deno. */
declare const Deno: Files & {
  env: { get(name: string): string | undefined };
  permissions: { querySync(what: { name: 'env'; variable: string }): { state: string } };
  stdout: { write(bytes: Uint8Array): Promise<number> };
  addSignalListener(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
  exit(code: number): never;
  readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
};

/** Milliseconds for which a process that is to end waits for its log to be written. */
const LAST_WORDS_MS = 1_000;

const { log, flush } = bufferedLog({
  write: (bytes) => Deno.stdout.write(bytes),
  lost: (lines) => lostLine(systemClock.now(), lines),
  later: (callback) => setTimeout(callback, 200),
});

// The shell's convention: 128 and the number of the signal.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  Deno.addSignalListener(signal, async () => {
    // A log that nobody reads does not keep the process from ending.
    await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
    Deno.exit(code);
  });
}

const pages = await consoleFiles((file) => Deno.readFile(new URL(`../.console/${file}`, import.meta.url)));

const app = createApp({
  store: artifactStore(variable('ARTIFACT'), bundledStore(artifact)),
  clock: systemClock,
  log,
  respond: setHeaders,
  encode: compressLarge,
  config: deployedConfig(),
  adminToken: variable('ADMIN_TOKEN'),
  callers: { keys: variable('API_KEYS') },
  origins: readOrigins(variable('CORS_ORIGINS'), variable('API_KEYS')),
  pages,
});

export default { fetch: (request: Request) => app.fetch(request) };

/** @param place a file or a URL; without it there is nothing to refresh from */
function artifactStore(place: string | undefined, bundled: ArtifactStore): ArtifactStore {
  if (!place) return bundled;
  return refreshingStore({
    source: sourceAt(place, fetch, Deno),
    bundled,
    clock: systemClock,
    log,
    // A process needs nothing to stay alive until a refresh has ended.
    waitUntil: () => {},
    times: refreshTimes({
      REFRESH_SECONDS: variable('REFRESH_SECONDS'),
      FIRST_WAIT_SECONDS: variable('FIRST_WAIT_SECONDS'),
    }),
  });
}

/** A service that may not read its environment is one that has nothing there. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: 'env', variable: name });
  return state === 'granted' ? Deno.env.get(name) : undefined;
}
