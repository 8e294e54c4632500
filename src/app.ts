import { type Context, Hono } from 'hono';
import type { Clock } from './clock.ts';
import { endpoint } from './http/endpoint.ts';
import { Problem } from './http/problem.ts';
import { copyHeaders, type Respond } from './http/respond.ts';
import type { Log } from './log/log.ts';
import { artifactRoutes } from './routes/artifact.ts';
import { healthRoutes } from './routes/health.ts';
import type { Route } from './routes/route.ts';
import { voucherRoutes } from './routes/voucher.ts';
import { vouchersRoutes } from './routes/vouchers.ts';
import type { ArtifactStore } from './store/artifact-store.ts';

export interface AppOptions {
  store: ArtifactStore;
  clock: Clock;
  log: Log;
  /** How responses are made; the runtimes differ in what is cheap. */
  respond?: Respond;
}

/** The service, as a value: it reads nothing but what it is given. */
export function createApp({ store, clock, log, respond = copyHeaders }: AppOptions): Hono {
  const app = new Hono();
  const routes: Route[] = [
    ...voucherRoutes({ store }),
    ...vouchersRoutes({ store }),
    ...artifactRoutes({ store }),
    ...healthRoutes({ store }),
  ];
  for (const { method, path, answer } of routes) {
    app.on(
      method,
      path,
      endpoint(() => path, answer, { clock, log, respond }),
    );
  }
  app.notFound(endpoint((c) => matching(routes, c)[0]?.path ?? 'unmatched', refuse, { clock, log, respond }));
  return app;

  function refuse(c: Context): never {
    const allow = matching(routes, c).flatMap(({ method }) =>
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

/** The routes that would take the path of a request with another method. */
function matching(routes: readonly Route[], c: Context): Route[] {
  return routes.filter(({ path }) => path === c.req.path);
}
