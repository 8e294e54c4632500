import { expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import type { Ingestion } from '../../../src/ingest/ingestion.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { withRoutes } from '../../../src/routes/ingestion.ts';
import { noIngestionRoutes } from '../../../src/routes/no-ingestion.ts';
import { bundledStore } from '../../../src/store/bundled.ts';

it('a deployment without ingestion knows the paths that one with it has', () => {
  const admin = async () => 'ana';
  const signs = (routes: { method: string; path: string }[]) =>
    routes.map(({ method, path }) => `${method} ${path}`).sort();
  expect(signs(noIngestionRoutes(admin))).toEqual(signs(withRoutes({} as Ingestion).routes(admin)));
});

it.each([
  ['/versions', 'no_versions'],
  ['/uploads', 'no_ingestion'],
  ['/runs', 'no_ingestion'],
])(
  "a deployment without storage says of %s what it lacks, on Workers and on a server of one's own",
  async (path, code) => {
    const app = createApp({
      store: bundledStore(null),
      clock: systemClock,
      log: () => {},
      adminToken: 'token',
    });
    const response = await app.request(`http://localhost${path}`, {
      headers: { authorization: 'Bearer token' },
    });
    expect([response.status, await response.json()]).toEqual([
      501,
      expect.objectContaining({
        code,
        detail: expect.stringMatching(/it lacks .*, or on Deno the folder DATA\.$/),
      }),
    ]);
  },
);
