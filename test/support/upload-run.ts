import type { Config } from '../../src/core/config/config.ts';
import { UPLOADS } from '../../src/ingest/names.ts';
import { MemoryIngestion } from './memory-ingestion.ts';

/** @returns the last run of a deployment into whose bucket another system has put these files */
export async function runOf(
  config: Config,
  files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
) {
  const deployment = new MemoryIngestion(config);
  for (const [name, content] of Object.entries(files)) {
    const body = typeof content === 'string' ? content : new Blob([content]).stream();
    await deployment.bucket.put(UPLOADS + name, body);
  }
  await deployment.cron();
  await deployment.settle();
  return (await deployment.sequencer.runs())[0];
}
