import { createApp } from './app.ts';
import { messageOf } from './core/errors.ts';
import { accessGuard } from './http/access.ts';
import { compressLarge } from './http/compress.ts';
import { readOrigins } from './http/cross-origin.ts';
import { setHeaders } from './http/respond.ts';
import { consoleFiles } from './pages/console-files.ts';
import { bufferedLog, lostLine } from './platform/buffered-log.ts';
import { sleep, systemClock } from './platform/clock.ts';
import { deployedConfig } from './platform/deployed-config.ts';
import { ecsLine } from './platform/ecs.ts';
import { withRoutes } from './routes/ingestion.ts';
import { callerAddress, isBehindProxy } from './server/caller-address.ts';
import type { DenoFiles } from './server/deno.ts';
import { Disk } from './server/disk.ts';
import { type DiskIngestion, diskIngestion } from './server/ingestion.ts';
import { diskKv } from './server/key-value.ts';
import { memoryLimiter, rateLimit } from './server/limiter.ts';
import { type DenoServe, listen, portOf, type RequestInfo, RequestsUnderWay } from './server/listen.ts';
import { Metrics } from './server/metrics.ts';
import { isLocalRequest, metricsRoute } from './server/metrics-route.ts';
import { misspelt, type Variable } from './server/misspelt.ts';
import { SettingError } from './server/setting-error.ts';
import { sourceAt } from './server/source-at.ts';
import type { ArtifactStore } from './store/artifact-store.ts';
import type { BundledStore } from './store/bundled.ts';
import { deployedBody, deployedStore } from './store/deployed.ts';
import { kvSource } from './store/kv.ts';
import { refreshingStore, refreshTimes } from './store/refreshing.ts';
import type { ArtifactSource } from './store/source.ts';
import { webhookSettings } from './webhook/settings.ts';
import { type Tell, webhook } from './webhook/webhook.ts';

/** What is used of Deno. */
declare const Deno: Omit<DenoFiles, 'readFile'> &
  DenoServe & {
    env: { get(name: string): string | undefined; toObject(): Record<string, string> };
    permissions: { querySync(what: { name: 'env'; variable?: string }): { state: string } };
    stdout: { write(bytes: Uint8Array): Promise<number> };
    stderr: { write(bytes: Uint8Array): Promise<number> };
    addSignalListener(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
    exit(code: number): never;
    memoryUsage(): { rss: number };
    readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>>;
  };

/** Milliseconds for which a process that is to end waits for its log to be written. */
const LAST_WORDS_MS = 1_000;
/** Milliseconds in which requests that are under way may end. Docker kills after ten seconds. */
const LAST_ANSWERS_MS = 8_000;

/** What the webhook is being told. */
const tellings = new Set<Promise<unknown>>();

/** Seconds since the epoch. */
const startedAt = systemClock.now() / 1000;

const { log, flush } = bufferedLog({
  write: (bytes) => Deno.stdout.write(bytes),
  lost: (lines) => lostLine(systemClock.now(), lines),
  later: (callback) => setTimeout(callback, 200),
});

// What nothing has caught is told of, and costs no other request its answer.
for (const type of ['error', 'unhandledrejection'] as const) {
  addEventListener(type, (event) => {
    event.preventDefault();
    const error: unknown = 'reason' in event ? event.reason : event.error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    log(
      ecsLine(systemClock.now(), 'error', 'this should not have happened, please report it', {
        'event.action': type,
        'event.outcome': 'failure',
        'error.message': message,
      }),
    );
  });
}

try {
  await serve();
} catch (error) {
  await say(`error: ${messageOf(error)}`);
  Deno.exit(error instanceof SettingError ? 2 : 1);
}

async function serve(): Promise<void> {
  const disk = await dataFolder(variable('DATA'));
  const versions = disk && diskKv(disk, 'versions');
  const config = deployedConfig;
  const bundled = deployedBody(bundledStatistics);
  const tell = denoWebhook();
  const ingestion: DiskIngestion | undefined =
    disk && versions && diskIngestion({ disk, versions, config, clock: systemClock, log, bundled, tell });
  const pages = await consoleFiles((file) => Deno.readFile(new URL(`../.console/${file}`, import.meta.url)));
  const limit = variable('RATE_LIMIT');
  const addresses = callerAddress(isBehindProxy(variable('BEHIND_PROXY')));
  const store = artifactStore(deployedStore(bundledStatistics), versions && kvSource(versions));
  const metrics = new Metrics();
  const underWay = new RequestsUnderWay();
  const app = setting(() =>
    createApp({
      store,
      clock: systemClock,
      log,
      respond(reply, id) {
        if (reply.ended !== undefined) underWay.until(reply.ended);
        return setHeaders(reply, id);
      },
      encode: compressLarge,
      config,
      adminToken: variable('ADMIN_TOKEN'),
      adminTokens: variable('ADMIN_TOKENS'),
      access: accessGuard(
        { ACCESS_TEAM_DOMAIN: variable('ACCESS_TEAM_DOMAIN'), ACCESS_AUD: variable('ACCESS_AUD') },
        systemClock,
      ),
      callers: {
        keys: variable('API_KEYS'),
        ...(limit && { limiter: memoryLimiter({ ...rateLimit(limit), now: systemClock.elapsed }) }),
        ...(limit && { addressOf: addresses.of }),
      },
      origins: readOrigins(variable('CORS_ORIGINS'), variable('API_KEYS')),
      ingestion: ingestion && withRoutes(ingestion),
      kv: versions,
      bundled,
      pages,
      observe: (record) => metrics.observe(record),
      underWay,
      more: (dependencies) => [
        metricsRoute(dependencies, {
          metrics,
          isLocal: (request) => isLocalRequest(request, addresses.of(request)),
          process: () => ({ residentBytes: Deno.memoryUsage().rss, startedAt }),
        }),
      ],
    }),
  );
  // The first request finds the artifact of its source, and not the bundled one.
  await store.current();

  // Pages and preflights are answered by no endpoint, and are held back like all others when the server ends.
  const answerOther = async (request: Request, info: RequestInfo) => {
    const response = await app.fetch(request, info);
    underWay.begin();
    return underWay.end(response);
  };
  const { address, stop } = listen({
    deno: Deno,
    hostname: variable('HOST')?.trim() || '127.0.0.1',
    port: portOf(variable('PORT')),
    // The limiter asks where a request comes from, and /metrics, which has no POST.
    answer(request, info) {
      const isPost = request.method === 'POST';
      const noted = limit || !isPost ? addresses.note(request, info) : request;
      return isPost ? app.fetch(noted, info) : answerOther(noted, info);
    },
    underWay,
    log,
    now: systemClock.now,
  });
  endOnSignal(stop);
  ingestion?.begin();
  const host = address.hostname.includes(':') ? `[${address.hostname}]` : address.hostname;
  for (const sentence of misspelt(variableNames())) await say(`warning: ${sentence}`);
  void say(`Listening on http://${host}:${address.port}/`);
}

/** @param path of the data folder; without it there are no versions and no uploads */
async function dataFolder(path: string | undefined): Promise<Disk | undefined> {
  if (!path) return undefined;
  if (variable('ARTIFACT'))
    throw new SettingError('expected DATA or ARTIFACT, got both: a data folder has its versions');
  const disk = await Disk.open(Deno, path);
  const trouble = await disk.prepare();
  if (trouble !== null) {
    log(
      ecsLine(systemClock.now(), 'error', `${trouble}: what is stored is served, uploads are refused`, {
        'event.action': 'start',
        'event.outcome': 'failure',
      }),
    );
  }
  return disk;
}

/** Where the current artifact comes from: the data folder, or ARTIFACT, a file or a URL; without both, the bundle. */
function artifactStore(bundled: BundledStore, versions: ArtifactSource | undefined): ArtifactStore {
  const place = variable('ARTIFACT');
  // A look into the data folder costs next to nothing, so that what is published is live within a second. No request waits
  // for the first look, as the server only listens after it: it may take longer than in a Worker.
  const times = setting(() =>
    refreshTimes({
      REFRESH_SECONDS: variable('REFRESH_SECONDS') ?? (versions && '1'),
      FIRST_WAIT_SECONDS: variable('FIRST_WAIT_SECONDS')?.trim() || '5',
    }),
  );
  const source = versions ?? (place ? sourceAt(place, fetch, Deno) : undefined);
  if (source === undefined) return bundled;
  let elapsed = systemClock.elapsed();
  const store = refreshingStore({
    source,
    bundled,
    // Moves ten times a second: each request looks whether the artifact is to be checked, and costs less so.
    clock: { now: systemClock.now, elapsed: () => elapsed },
    log,
    // A process needs nothing to stay alive until a refresh has ended.
    waitUntil: () => {},
    times,
  });
  setInterval(() => {
    elapsed = systemClock.elapsed();
    // Also without requests, so that the first one after a quiet hour is answered from what is live.
    void store.current();
  }, 100);
  return store;
}

/** @returns what tells the webhook; undefined without one @throws SettingError for variables that do not fit */
function denoWebhook(): Tell | undefined {
  const [WEBHOOK_URL, WEBHOOK_SECRET] = [variable('WEBHOOK_URL'), variable('WEBHOOK_SECRET')];
  const settings = setting(() => webhookSettings({ WEBHOOK_URL, WEBHOOK_SECRET }));
  if (settings === null) return undefined;
  const keep = (telling: Promise<unknown>) => {
    tellings.add(telling);
    void telling.finally(() => tellings.delete(telling));
  };
  return webhook({ settings, log, now: systemClock.now, keep });
}

/** @returns what variables say @throws SettingError for ones that do not fit */
function setting<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SettingError(messageOf(error));
  }
}

async function bundledStatistics(): Promise<string> {
  const bytes = await Deno.readFile(new URL('../artifacts/current.statistics.json', import.meta.url));
  return new TextDecoder().decode(bytes);
}

/** Ends with the shell's code: 128 and the number of the signal. A second signal ends at once. */
function endOnSignal(stop: () => Promise<void>): void {
  let isEnding = false;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    Deno.addSignalListener(signal, async () => {
      if (isEnding) Deno.exit(code);
      isEnding = true;
      await within(
        LAST_ANSWERS_MS,
        stop().then(() => Promise.all(tellings)),
      );
      // A log without a reader does not keep the process from ending.
      await within(LAST_WORDS_MS, flush());
      Deno.exit(code);
    });
  }
}

function within(milliseconds: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, sleep(milliseconds)]);
}

/** Tells people something on standard error. */
async function say(text: string): Promise<void> {
  const written = Deno.stderr.write(new TextEncoder().encode(`${text}\n`));
  await within(
    LAST_WORDS_MS,
    written.catch(() => {}),
  );
}

/** @returns the names of all variables that are set; of none where the server may only read its own */
function variableNames(): string[] {
  const { state } = Deno.permissions.querySync({ name: 'env' });
  return state === 'granted' ? Object.keys(Deno.env.toObject()) : [];
}

/** A service that may not read its environment is one that has nothing there. */
function variable(name: Variable): string | undefined {
  const { state } = Deno.permissions.querySync({ name: 'env', variable: name });
  return state === 'granted' ? Deno.env.get(name) : undefined;
}
