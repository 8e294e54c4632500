import type { Health, Readiness } from '../api/health.ts';
import { dataAge, staleWarnings } from '../core/artifact/data-age.ts';
import type { Deployment } from '../core/config/deployment.ts';
import { answerFrom, type Exchange, isCheckOverdue, type Reply } from '../http/exchange.ts';
import { artifactHeaders, headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import type { LoadedArtifact } from '../store/artifact-store.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /health: the process runs. GET /ready: it has an artifact to answer from. Two questions, asked by two probes. */
export function healthRoutes({ store, config }: Dependencies): Route[] {
  return [
    { method: 'GET', path: '/health', answer: () => json<Health>({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/ready',
      async answer(_, exchange) {
        const artifact = answerFrom(await store.current(), exchange);
        return json(readiness(artifact, exchange, config), artifactHeaders(exchange));
      },
    },
  ];
}

/** A fault leaves the service ready: it answers from the last good artifact, and says since when and why it has to. */
function readiness(artifact: LoadedArtifact, { checkAge = 0, now }: Exchange, config: Deployment): Readiness {
  const { compiled, origin, check } = artifact;
  const data = dataAge(compiled.table.data, now, config);
  return {
    status: 'ready',
    version: compiled.table.version,
    origin,
    published_at: check?.live?.since ?? null,
    history_source: check?.live?.historySource ?? null,
    hold: check?.live?.hold ?? null,
    check: { age_seconds: checkAge, overdue: isCheckOverdue(artifact, now, config) },
    data,
    warnings: staleWarnings(data),
    fault: check?.fault ? { code: check.fault.code, since: new Date(check.fault.since).toISOString() } : null,
    guards: config.guards,
  };
}

function json<Body>(body: Body, own: Record<string, string> = {}): Reply {
  const headers = headerTemplate({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...NOT_A_PAGE,
    ...own,
  });
  return { status: 200, headers, body: JSON.stringify(body) };
}
