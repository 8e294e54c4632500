import { expect, it } from 'vitest';
import type { Ingestion } from '../../../src/ingest/ingestion.ts';
import { withRoutes } from '../../../src/routes/ingestion.ts';
import { noIngestionRoutes } from '../../../src/routes/no-ingestion.ts';

it('a deployment without ingestion knows the paths that one with it has', () => {
  const admin = async () => 'ana';
  const signs = (routes: { method: string; path: string }[]) =>
    routes.map(({ method, path }) => `${method} ${path}`).sort();
  expect(signs(noIngestionRoutes(admin))).toEqual(signs(withRoutes({} as Ingestion).routes(admin)));
});
