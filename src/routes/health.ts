import type { Reply } from '../http/exchange.ts';
import { ARTIFACT_VERSION, headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import { available } from '../store/artifact-store.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /health: the process runs. GET /ready: it has an artifact to answer from. Two questions, asked by two probes. */
export function healthRoutes({ store }: Dependencies): Route[] {
  return [
    { method: 'GET', path: '/health', answer: () => json({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/ready',
      async answer(_, exchange) {
        const { compiled, origin } = available(await store.current());
        const { version } = compiled.artifact;
        exchange.version = version;
        return json({ status: 'ready', version, origin }, { [ARTIFACT_VERSION]: version });
      },
    },
  ];
}

function json(body: unknown, own: Record<string, string> = {}): Reply {
  const headers = headerTemplate({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...NOT_A_PAGE,
    ...own,
  });
  return { status: 200, headers, body: JSON.stringify(body) };
}
