import { env } from 'cloudflare:workers';
import { workerApp } from './worker-app.ts';

// What guards the admin routes is refused aloud rather than passed over.
if (env.ACCESS_TEAM_DOMAIN || env.ACCESS_AUD) {
  throw new Error(
    'ACCESS_TEAM_DOMAIN and ACCESS_AUD: the core has no Cloudflare Access. Set main to src/worker.ts for this environment, or use ADMIN_TOKENS',
  );
}

const app = workerApp();

/** The Worker of `wrangler deploy --env core`: answers, console and versions, without a line of ingestion. */
export default {
  fetch: app.fetch,
};
