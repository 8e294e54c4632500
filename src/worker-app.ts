import { env, waitUntil } from 'cloudflare:workers';
import type { Hono } from 'hono';
import { type AppOptions, createApp } from './app.ts';
import { readOrigins } from './http/cross-origin.ts';
import { dataPoints } from './http/data-point.ts';
import { CONSOLE_ROUTES } from './pages/console-paths.ts';
import { systemClock } from './platform/clock.ts';
import { deployedConfig } from './platform/deployed-config.ts';
import type { ArtifactStore } from './store/artifact-store.ts';
import type { BundledStore } from './store/bundled.ts';
import { assetStatistics, deployedBody, deployedStore } from './store/deployed.ts';
import { kvSource } from './store/kv.ts';
import { refreshingStore, refreshTimes } from './store/refreshing.ts';
import { webhookOf } from './webhook/webhook.ts';

const { ARTIFACTS, ASSETS, DECISIONS } = env;
const statistics = assetStatistics(ASSETS);
const log = (line: string) => console.log(line);

/** @param parts what not every Worker carries @returns the service with the bindings and vars of the deployment */
export function workerApp(parts: Pick<AppOptions, 'access' | 'ingestion'> = {}): Hono {
  return createApp({
    store: artifactStore(deployedStore(statistics)),
    bundled: deployedBody(statistics),
    clock: systemClock,
    log,
    config: deployedConfig,
    adminToken: env.ADMIN_TOKEN,
    adminTokens: env.ADMIN_TOKENS,
    callers: { keys: env.API_KEYS, limiter: env.LIMITER },
    origins: readOrigins(env.CORS_ORIGINS, env.API_KEYS),
    ...parts,
    kv: ARTIFACTS,
    // Where uploads are taken in, the sequencer tells.
    tell: webhookOf(env, { log, now: systemClock.now, keep: waitUntil }),
    ...(ASSETS && {
      pages: {
        paths: CONSOLE_ROUTES,
        async answer(request) {
          const page = await ASSETS.fetch(request);
          // The headers of a response of a binding cannot be changed, which middleware may want to.
          return new Response(page.body, page);
        },
      },
    }),
    ...(DECISIONS && {
      observe: (record) => {
        for (const point of dataPoints(record)) DECISIONS.writeDataPoint(point);
      },
    }),
  });
}

/** One for each isolate. Without the binding there is nothing to refresh from. */
function artifactStore(bundled: BundledStore): ArtifactStore {
  if (ARTIFACTS === undefined) {
    // While the isolate starts: its first request does not pay for it.
    bundled.current();
    return bundled;
  }
  const times = refreshTimes(env);
  return refreshingStore({ source: kvSource(ARTIFACTS), bundled, clock: systemClock, log, waitUntil, times });
}
