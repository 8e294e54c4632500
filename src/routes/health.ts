import type { Health, Readiness } from '../api/health.ts';
import { ageWarnings, dataAge } from '../core/artifact/data-age.ts';
import type { Deployment } from '../core/config/deployment.ts';
import { answerFrom, type Exchange, isCheckOverdue } from '../http/exchange.ts';
import { artifactHeaders, NOT_A_PAGE } from '../http/headers.ts';
import type { LoadedArtifact } from '../store/artifact-store.ts';
import { jsonReply } from './replies.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /health: the process runs. GET /ready: it has an artifact to answer from. Two questions, asked by two probes. */
export function healthRoutes({ store, config }: Dependencies): Route[] {
  return [
    { method: 'GET', path: '/health', answer: () => jsonReply<Health>(200, { status: 'ok' }, NOT_A_PAGE) },
    {
      method: 'GET',
      path: '/ready',
      async answer(_, exchange) {
        const artifact = answerFrom(await store.current(), exchange);
        const own = { ...NOT_A_PAGE, ...artifactHeaders(exchange) };
        return jsonReply(200, readiness(artifact, exchange, config), own);
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
    warnings: ageWarnings(data, now),
    fault: check?.fault ? { code: check.fault.code, since: new Date(check.fault.since).toISOString() } : null,
    guards: config.guards,
  };
}
