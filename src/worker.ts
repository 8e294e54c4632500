import { env } from 'cloudflare:workers';
import { accessGuard } from './http/access.ts';
import type { MessageBatch } from './ingest/bindings.ts';
import { ingestionOf } from './ingest/ingestion.ts';
import { consume, patrol } from './ingest/triggers.ts';
import { systemClock } from './platform/clock.ts';
import { deployedConfig } from './platform/deployed-config.ts';
import { withRoutes } from './routes/ingestion.ts';
import { workerApp } from './worker-app.ts';

export { IngestWorkflow, Sequencer } from './ingest/durable.ts';

const ingestion = ingestionOf(env);
const app = workerApp({
  ingestion: ingestion && withRoutes(ingestion),
  access: accessGuard(env, systemClock),
});

/** The Worker with all of it. {@link file://./worker-core.ts} is the one without ingestion and Access. */
export default {
  fetch: app.fetch,
  async queue(batch: MessageBatch): Promise<void> {
    if (ingestion) await consume(batch, ingestion.sequencer);
  },
  async scheduled(): Promise<void> {
    if (ingestion) await patrol(ingestion.bucket, deployedConfig, ingestion.sequencer);
  },
};
