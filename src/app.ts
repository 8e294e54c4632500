import type { Hono } from 'hono';
import { HonoBase } from 'hono/hono-base';
import type { H, RouterRoute } from 'hono/types';
import { DEFAULT_DEPLOYMENT } from './core/config/defaults.ts';
import type { AccessGuard } from './http/access.ts';
import { adminGuard } from './http/admin.ts';
import { type CallerOptions, callerGuard } from './http/caller.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { type Endpoint, type EndpointOptions, endpoint } from './http/endpoint.ts';
import { pathOf } from './http/path.ts';
import { Problem } from './http/problem.ts';
import { copyHeaders, type Respond } from './http/respond.ts';
import { PathRouter } from './http/router.ts';
import { artifactRoutes } from './routes/artifact.ts';
import { batchRoutes } from './routes/batch/routes.ts';
import { guardRoutes } from './routes/guards.ts';
import { healthRoutes } from './routes/health.ts';
import { noIngestionRoutes } from './routes/no-ingestion.ts';
import { ofrepRoutes } from './routes/ofrep.ts';
import type { Dependencies, Route, RoutedIngestion } from './routes/route.ts';
import { versionRoutes } from './routes/versions.ts';
import { voucherRoutes } from './routes/voucher.ts';
import type { ArtifactStore } from './store/artifact-store.ts';

/** What the service is made of. All that may be left out it does without; the config is then the one that is shipped. */
export interface AppOptions
  extends Omit<EndpointOptions, 'respond'>,
    Partial<Pick<Dependencies, 'config' | 'kv' | 'bundled' | 'tell' | 'ahead'>> {
  store: ArtifactStore;
  /** How responses are made; the runtimes differ in what is cheap. */
  respond?: Respond;
  /** Routes that only this server has; pages of other origins cannot call them. */
  more?: (dependencies: Dependencies) => Route[];
  /** The secret that opens the admin routes; without it they are closed. */
  adminToken?: string | undefined;
  /** ADMIN_TOKENS: names and hashes of tokens that open them, too; see {@link adminGuard}. */
  adminTokens?: string | undefined;
  /** Lets in operators who have passed Cloudflare Access. */
  access?: AccessGuard | undefined;
  /** Who may ask for vouchers, and how often; anybody, without. */
  callers?: CallerOptions;
  /** Origins whose pages may call what is not for operators. */
  origins?: readonly string[];
  /** What takes uploads in, with its routes. */
  ingestion?: RoutedIngestion | undefined;
  /** The console and the API reference. */
  pages?: Pages | undefined;
}

/** Pages that are served for GET and HEAD of their paths. */
export interface Pages {
  paths: readonly string[];
  answer: (request: Request, path: string) => Response | Promise<Response>;
}

/**
 * The service, as a value: it reads nothing but what it is given. Middleware goes in front of all of it, pages and
 * refusals included, also when it is added last.
 *
 * @example
 * const app = createApp({ store, clock: systemClock, log: console.log });
 * app.use('*', timing()); // of hono/timing
 */
export function createApp(options: AppOptions): Hono {
  const { store, clock, log, respond = copyHeaders, encode, observe, underWay } = options;
  const { config = DEFAULT_DEPLOYMENT, kv, bundled, tell, ahead, ingestion, origins = [], pages } = options;
  const { adminToken: token, adminTokens: tokens, access } = options;
  const how = { clock, log, respond, encode, observe, underWay };
  const router = new PathRouter<[H, RouterRoute]>();
  const app: Hono = new HonoBase({ router, getPath: pathOf });
  const dependencies: Dependencies = {
    store,
    config,
    admit: callerGuard(options.callers ?? {}),
    admin: adminGuard({ token, tokens, access }),
    ingestion: ingestion?.ingestion,
    kv,
    bundled,
    tell,
    ahead,
  };
  const open: Route[] = [
    ...voucherRoutes(dependencies),
    ...batchRoutes(dependencies),
    ...artifactRoutes(dependencies),
    ...healthRoutes(dependencies),
    ...guardRoutes(dependencies),
    ...ofrepRoutes(dependencies),
  ];
  const forOperators: Route[] = [
    ...(ingestion?.routes ?? noIngestionRoutes)(dependencies.admin),
    ...versionRoutes(dependencies),
    ...(options.more?.(dependencies) ?? []),
  ];
  for (const { method, path, answer } of [...open, ...forOperators]) {
    const serve = endpoint(path, answer, how);
    const [, parameter] = path.split(':');
    app.on(method, path, (c) => serve(c, parameter && c.req.param(parameter)));
  }
  // Without origins it is not mounted, and costs nothing.
  if (origins.length > 0) app.use('*', crossOrigin(origins, openMethods));
  for (const path of pages?.paths ?? []) {
    app.get(path, async (c) => {
      const page = await pages?.answer(c.req.raw, path);
      return page === undefined || page.status === 404 ? refusal(c.req.path, null)(c) : page;
    });
  }
  app.notFound((c) => refusal(c.req.path, router.at(c.req.path))(c));
  return app;

  /** @returns the methods of a path that pages of other origins may call */
  function openMethods(path: string): readonly string[] | undefined {
    const there = router.at(path);
    return open.some((route) => route.path === there?.pattern) ? there?.methods : undefined;
  }

  /** What answers a path or a method that no route takes. */
  function refusal(path: string, there: ReturnType<typeof router.at> | null): Endpoint {
    return endpoint(there?.pattern ?? 'unmatched', () => refuse(path, there?.methods), how);
  }
}

function refuse(path: string, methods: readonly string[] | undefined): never {
  if (path === '') {
    throw new Problem('invalid_host', 'expected a name or an address as Host');
  }
  if (methods === undefined) {
    const shown = path.length > 80 ? `${path.slice(0, 80)}…` : path;
    throw new Problem(
      'not_found',
      `There is nothing at ${shown.toWellFormed()}. The paths are in /openapi.json.`,
    );
  }
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  throw new Problem('method_not_allowed', `This path takes ${allow}.`, { headers: { allow } });
}
