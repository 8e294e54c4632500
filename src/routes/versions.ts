import * as z from 'zod/mini';
import { HoldSchema, ReleaseSchema, RollbackSchema } from '../api/requests.ts';
import type { Moved, Versions } from '../api/versions.ts';
import { A_VERSION, isVersion } from '../core/artifact/version.ts';
import { DataError } from '../core/errors.ts';
import { show } from '../core/issues.ts';
import type { Comparison } from '../core/publish/comparison.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { newsOfMove } from '../core/publish/news.ts';
import { type Change, ConflictError, change } from '../core/publish/publish.ts';
import { comparisonOf, diffVersions, listVersions } from '../core/publish/versions.ts';
import { readOptionalJson } from '../http/body.ts';
import type { Reply } from '../http/exchange.ts';
import { invalidRequest, Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import { adminRoute, answered, type Operator, stored } from './admin.ts';
import { liveComparison, servedOf } from './guards.ts';
import { jsonReply } from './replies.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /versions and GET /versions/diff; POST /rollback, /hold and /release: what was live when, and changing that. */
export function versionRoutes(dependencies: Dependencies): Route[] {
  const { admin, config, ingestion, kv, store, bundled, tell } = dependencies;
  const ofLive = liveComparison(dependencies);
  const operatorRoute = adminRoute(admin, () => kv ?? noVersions());
  const route: typeof operatorRoute = (method, path, answer, ...parameters) =>
    operatorRoute(method, path, (...asked) => answered(answer(...asked)), ...parameters);
  const ofTwo = route('GET', '/versions/diff', diff, 'from', 'to');

  async function diff(request: Request, kv: KeyValue): Promise<Reply> {
    const diff = await diffVersions(kv, { ...readPair(request), served: await servedOf(store) });
    return jsonReply<Comparison>(200, comparisonOf(diff, config.guards));
  }

  const move =
    (action: Change['action']) =>
    async (request: Request, kv: KeyValue, { by, now }: Operator) => {
      const { reason, version } = await readMove(request, action);
      const asked: Change = { action, version };
      // Where uploads are taken in, the sequencer makes all moves, one after the other.
      if (ingestion === undefined) {
        const moved = await change(kv, asked, { by, now, reason, bundled });
        const news = newsOfMove(moved);
        if (news !== null) tell?.(news);
        return jsonReply<Moved>(200, moved);
      }
      const outcome = await stored(ingestion.sequencer.change(asked, by, reason));
      if (outcome.ok) return jsonReply<Moved>(200, outcome.moved);
      throw outcome.conflict ? new ConflictError(outcome.message) : new DataError(outcome.message);
    };

  return [
    route('GET', '/versions', async (_, kv, { now }) =>
      jsonReply<Versions>(200, await listVersions(kv, bundled, now)),
    ),
    {
      ...ofTwo,
      // Without a query: what is live, compared with what was before, for everybody who may see amounts.
      answer: (request, exchange) =>
        new URL(request.url).search === ''
          ? ofLive(request, kv ?? noVersions())
          : ofTwo.answer(request, exchange),
    },
    route('POST', '/rollback', move('rollback')),
    route('POST', '/hold', move('hold')),
    route('POST', '/release', move('release')),
  ];
}

function noVersions(): never {
  const detail =
    'This deployment keeps no versions: it lacks the KV namespace ARTIFACTS, or on Deno the folder DATA.';
  throw new Problem('no_versions', detail);
}

const BODIES = { rollback: RollbackSchema, hold: HoldSchema, release: ReleaseSchema };

async function readMove(
  request: Request,
  action: Change['action'],
): Promise<{ version: string | null; reason: string | null }> {
  // As `curl -X POST` sends it: no key has to be there.
  const body = await readOptionalJson(request);
  const parsed = z.safeParse(BODIES[action], body, { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return { version: null, ...parsed.data };
}

const Version = z.string({ error: oneVersion }).check(z.refine(isVersion, { error: oneVersion }));
const PairSchema = z.object({ from: Version, to: Version });

function oneVersion({ input }: { input?: unknown }): string {
  return `expected ${A_VERSION}, got ${show(input)}`;
}

/** @returns the two versions that a query names @throws Problem invalid_request */
function readPair(request: Request): z.infer<typeof PairSchema> {
  const query = new Query(request);
  const asked = { from: query.text('from'), to: query.text('to') };
  const parsed = z.safeParse(PairSchema, asked, { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
