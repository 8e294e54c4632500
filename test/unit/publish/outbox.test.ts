import { expect, it } from 'vitest';
import { DEFAULT_DEPLOYMENT } from '../../../src/core/config/defaults.ts';
import { tableKey } from '../../../src/core/publish/bodies.ts';
import type { News } from '../../../src/core/publish/news.ts';
import { publish } from '../../../src/core/publish/publish.ts';
import { Outbox, type OutboxParts } from '../../../src/ingest/outbox.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { memoryKv } from '../../support/memory-kv.ts';

const DAY_MS = 86_400_000;

it('a live history is told once to be stale, and its table is read once however often that is looked for', async () => {
  const artifact = await artifactGiving(10);
  let now = Date.parse(artifact.table.data.last_timestamp);
  const versions = memoryKv();
  await publish(versions, artifact, { by: 'ana', now });
  const storage = new Map<string, unknown>();
  const told: News[] = [];
  const outbox = () =>
    new Outbox({
      storage: {
        get: (key) => storage.get(key),
        put: (key, value) => void storage.set(key, value),
        delete: (key) => void storage.delete(key),
        list: () => [],
      },
      versions,
      config: DEFAULT_DEPLOYMENT as unknown as OutboxParts['config'],
      clock: { now: () => now, elapsed: () => 0 },
      log: () => {},
      tell: async (news) => void told.push(news),
    });
  versions.calls.length = 0;
  // Each look is in a process of its own.
  for (let look = 0; look < 3; look++) await outbox().tellOfAge(null);
  expect(told).toEqual([]);
  now += (DEFAULT_DEPLOYMENT.largest_data_age_days + 1) * DAY_MS;
  for (let look = 0; look < 3; look++) await outbox().tellOfAge(null);
  expect(told).toMatchObject([{ event: 'stale', version: artifact.version }]);
  const reads = versions.calls.filter((call) => call === `get ${tableKey(artifact.version)}`);
  expect(reads).toHaveLength(1);
});
