import type { Context, Hono } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { DEFAULT_DEPLOYMENT, type Deployment } from './core/config/deployment.ts';
import type { Decision } from './core/decide/decide.ts';
import type { KeyValue } from './core/publish/key-value.ts';
import { adminGuard } from './http/admin.ts';
import { type CallerOptions, callerGuard } from './http/caller.ts';
import { endpoint } from './http/endpoint.ts';
import { Problem } from './http/problem.ts';
import { copyHeaders, type Respond } from './http/respond.ts';
import { FixedPathRouter } from './http/router.ts';
import type { Ingestion } from './ingest/ingestion.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { artifactRoutes } from './routes/artifact.ts';
import { vouchersRoutes } from './routes/batch/routes.ts';
import { healthRoutes } from './routes/health.ts';
import type { Route } from './routes/route.ts';
import { runRoutes } from './routes/runs.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { versionRoutes } from './routes/versions.ts';
import { voucherRoutes } from './routes/voucher.ts';
import type { ArtifactStore } from './store/artifact-store.ts';

export interface AppOptions {
  store: ArtifactStore;
  clock: Clock;
  log: Log;
  /** How responses are made; the runtimes differ in what is cheap. */
  respond?: Respond;
  /** What the config says of publishing and serving; as shipped, without. */
  config?: Deployment;
  /** Told of every decision: its country as asked for, and what was decided. */
  record?: (country: string, decision: Decision) => void;
  /** The secret that opens the admin routes; without it they are closed. */
  adminToken?: string | undefined;
  /** Who may ask for vouchers, and how often; anybody, without. */
  callers?: CallerOptions;
  /** What takes uploads in; none, without. */
  ingestion?: Ingestion | undefined;
  /** Where versions are kept; nowhere, without. */
  kv?: KeyValue | undefined;
  /** Paths that somebody else answers GET and HEAD of; to other methods they are paths like any. */
  pages?: readonly string[];
}

/** The service, as a value: it reads nothing but what it is given. */
export function createApp(options: AppOptions): Hono {
  const { store, clock, log, respond = copyHeaders, config = DEFAULT_DEPLOYMENT, record } = options;
  const { adminToken, callers, ingestion, kv, pages = [] } = options;
  const app: Hono = new HonoBase({ router: new FixedPathRouter() });
  const dependencies = {
    store,
    config,
    record,
    admit: callerGuard(callers ?? {}),
    admin: adminGuard(adminToken),
    ingestion,
    kv,
  };
  const routes: Route[] = [
    ...voucherRoutes(dependencies),
    ...vouchersRoutes(dependencies),
    ...artifactRoutes(dependencies),
    ...healthRoutes(dependencies),
    ...uploadRoutes(dependencies),
    ...runRoutes(dependencies),
    ...versionRoutes(dependencies),
  ];
  for (const { method, path, answer } of routes) {
    app.on(
      method,
      path,
      endpoint(() => path, answer, { clock, log, respond }),
    );
  }
  const known = [...routes, ...pages.map((path) => ({ method: 'GET', path }))];
  app.notFound(endpoint(routeOf, refuse, { clock, log, respond }));
  return app;

  function routeOf({ req: { path } }: Context): string {
    return matching(known, path)[0]?.path ?? 'unmatched';
  }

  function refuse({ req: { path } }: Context): never {
    const allow = matching(known, path).flatMap(({ method }) =>
      method === 'GET' ? ['GET', 'HEAD'] : [method],
    );
    if (allow.length === 0)
      throw new Problem('not_found', 'expected the path of a resource, got another one');
    const methods = allow.join(', ');
    throw new Problem('method_not_allowed', `expected ${methods}, got another method`, {
      headers: { allow: methods },
    });
  }
}

/** The routes that would take a path with another method. */
function matching(routes: readonly { method: string; path: string }[], path: string) {
  return routes.filter((route) => {
    const parameter = route.path.indexOf(':');
    if (parameter === -1) return route.path === path;
    return path.length > parameter && path.startsWith(route.path.slice(0, parameter));
  });
}
