import artifact from '../artifacts/current.json' with { type: 'json' };
import { createApp } from './app.ts';
import { setHeaders } from './http/respond.ts';
import { consoleFiles } from './pages/console-files.ts';
import { bufferedLog } from './platform/buffered-log.ts';
import { systemClock } from './platform/clock.ts';
import { deployedConfig } from './platform/deployed-config.ts';
import type { ArtifactStore } from './store/artifact-store.ts';
import { bundledStore } from './store/bundled.ts';
import { type Files, fileSource } from './store/file.ts';
import { refreshTimes } from './store/refresh-times.ts';
import { refreshingStore, TIMES } from './store/refreshing.ts';
import { urlSource } from './store/url.ts';

/** What is used of Deno. */
declare const Deno: Files & {
  env: { get(name: string): string | undefined };
  permissions: { querySync(what: { name: 'env'; variable: string }): { state: string } };
  stdout: { writeSync(bytes: Uint8Array): number };
  addSignalListener(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
  exit(code: number): never;
  readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
};

const { log, flush } = bufferedLog({
  write: (bytes) => Deno.stdout.writeSync(bytes),
  later: (callback) => setTimeout(callback, 200),
});

// The shell's convention: 128 and the number of the signal.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  Deno.addSignalListener(signal, () => {
    flush();
    Deno.exit(code);
  });
}
addEventListener('unload', flush);

const pages = await consoleFiles((file) => Deno.readFile(new URL(`../.console/${file}`, import.meta.url)));

const app = createApp({
  store: artifactStore(variable('ARTIFACT'), bundledStore(artifact, bundledStatistics)),
  clock: systemClock,
  log,
  respond: setHeaders,
  config: deployedConfig(),
  adminToken: variable('ADMIN_TOKEN'),
  callers: { keys: variable('API_KEYS') },
  pages: pages.paths,
});

export default { fetch: (request: Request) => pages.answer(request) ?? app.fetch(request) };

/** @param place a file or a URL; without it there is nothing to refresh from */
function artifactStore(place: string | undefined, bundled: ArtifactStore): ArtifactStore {
  if (!place) return bundled;
  const source = /^https?:/.test(place) ? urlSource(place, fetch, TIMES.deadline) : fileSource(place, Deno);
  return refreshingStore({
    source,
    bundled,
    clock: systemClock,
    log,
    // A process needs nothing to stay alive until a refresh has ended.
    waitUntil: () => {},
    times: refreshTimes(variable('REFRESH_SECONDS')),
  });
}

async function bundledStatistics(): Promise<string> {
  const bytes = await Deno.readFile(new URL('../artifacts/current.statistics.json', import.meta.url));
  return new TextDecoder().decode(bytes);
}

/** A service that may not read its environment is one that has nothing there. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: 'env', variable: name });
  return state === 'granted' ? Deno.env.get(name) : undefined;
}
