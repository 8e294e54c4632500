import { env, waitUntil } from 'cloudflare:workers';
import artifact from '../artifacts/current.json' with { type: 'json' };
import config from '../config/voucher.json' with { type: 'json' };
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { refreshTimes, staleAfter } from './deployment.ts';
import { dataPoint } from './log/data-point.ts';
import type { ArtifactStore } from './store/artifact-store.ts';
import { bundledStore } from './store/bundled.ts';
import { kvSource } from './store/kv.ts';
import { refreshingStore } from './store/refreshing.ts';

const { ARTIFACTS, DECISIONS } = env;
const log = (line: string) => console.log(line);

const app = createApp({
  store: artifactStore(bundledStore(artifact)),
  clock: systemClock,
  log,
  staleAfter: staleAfter(config),
  ...(DECISIONS && {
    record: (country, decision) => DECISIONS.writeDataPoint(dataPoint(country, decision)),
  }),
});

export default { fetch: app.fetch };

/** One for each isolate. Without the binding there is nothing to refresh from. */
function artifactStore(bundled: ArtifactStore): ArtifactStore {
  if (ARTIFACTS === undefined) return bundled;
  const times = refreshTimes(env.REFRESH_SECONDS);
  return refreshingStore({ source: kvSource(ARTIFACTS), bundled, clock: systemClock, log, waitUntil, times });
}
