import type { AdminGuard } from '../http/admin.ts';
import { Problem } from '../http/problem.ts';
import type { Route } from './route.ts';

/** The paths of uploads and runs, with their methods. */
const PATHS: Record<string, Route['method'][]> = {
  '/uploads': ['GET'],
  '/uploads/:name': ['PUT', 'POST', 'DELETE'],
  '/runs': ['GET', 'POST'],
  '/runs/:id': ['GET', 'DELETE'],
};

/** The routes of uploads and runs where there is no ingestion: operators learn what the deployment lacks. */
export function noIngestionRoutes(admin: AdminGuard): Route[] {
  return Object.entries(PATHS).flatMap(([path, methods]) =>
    methods.map((method): Route => ({ method, path, answer: (request) => refuse(admin, request) })),
  );
}

async function refuse(admin: AdminGuard, request: Request): Promise<never> {
  await admin(request);
  throw new Problem(
    'no_ingestion',
    'This deployment takes no uploads: it lacks the bindings of ingestion, or on Deno the folder DATA.',
  );
}
