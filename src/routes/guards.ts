import type { Verdicts } from '../api/guards.ts';
import { DataError } from '../core/errors.ts';
import type { Comparison } from '../core/publish/comparison.ts';
import { verdictsOf } from '../core/publish/guards.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import {
  comparisonOf,
  diffVersions,
  type LivePair,
  livePair,
  type Served,
} from '../core/publish/versions.ts';
import type { Reply } from '../http/exchange.ts';
import { NOT_A_PAGE } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import { answered } from './admin.ts';
import { jsonReply } from './replies.ts';
import type { Dependencies, Route } from './route.ts';

type Parts = Pick<Dependencies, 'admit' | 'config' | 'kv' | 'store'>;

/** Keeps what was made last. A comparison reads two versions, and stays the same until something is published. */
function keeping<T>(): (pair: LivePair, make: () => Promise<T>) => Promise<T> {
  let last: { key: string; value: T } | null = null;
  return async ({ before, live }, make) => {
    const key = `${before} ${live}`;
    if (last?.key !== key) last = { key, value: await make() };
    return last.value;
  };
}

/**
 * GET /guards: what each guard says of what is live. It needs no admin token. But it tells amounts, so it needs a key where
 * callers need one.
 */
export function guardRoutes({ admit, config, kv = NO_VERSIONS, store }: Parts): Route[] {
  const kept = keeping<Verdicts>();

  async function verdicts(): Promise<Verdicts> {
    const served = await servedOf(store);
    const pair = (await livePair(kv)) ?? { live: versionOf(served), before: null };
    const compared = (from: string | null) => diffVersions(kv, { from, to: pair.live, served });
    return kept(pair, async () => {
      const diff = await compared(pair.before).catch((error: unknown) => {
        // What was live before may be pruned, or damaged.
        if (pair.before !== null && error instanceof DataError) return compared(null);
        throw error;
      });
      return { version: pair.live, before: diff.from, guards: verdictsOf(diff, config.guards) };
    });
  }

  return [
    {
      method: 'GET',
      path: '/guards',
      async answer(request) {
        if (admit !== undefined) await admit(request);
        new Query(request).only();
        return jsonReply(200, await answered(verdicts()), NOT_A_PAGE);
      },
    },
  ];
}

/** @returns what answers GET /versions/diff without a query or a token: what is live, compared with what was live before */
export function liveComparison({ admit, config, store }: Parts) {
  const kept = keeping<Comparison>();

  async function comparison(kv: KeyValue): Promise<Comparison> {
    const served = await servedOf(store);
    const pair = await livePair(kv);
    const from = pair?.before ?? null;
    if (pair === null || from === null) {
      const detail = 'Nothing was live before what is live, so there is nothing to compare it with.';
      throw new Problem('conflict', detail);
    }
    const { guards } = config;
    return kept(pair, async () =>
      comparisonOf(await diffVersions(kv, { from, to: pair.live, served }), guards),
    );
  }

  return async (request: Request, kv: KeyValue): Promise<Reply> => {
    if (admit !== undefined) await admit(request);
    return jsonReply(200, await answered(comparison(kv)), NOT_A_PAGE);
  };
}

/** @returns what is served and how its statistics are read; null where nothing is */
export async function servedOf(store: Parts['store']): Promise<Served | null> {
  const state = await store.current();
  if (!state.ok) return null;
  const { compiled } = state;
  return { compiled, statistics: () => store.statistics(compiled.table) };
}

function versionOf(served: Served | null): string {
  if (served === null)
    throw new Problem('no_artifact', 'There is nothing to look at: no artifact is loaded.');
  return served.compiled.table.version;
}

/** Where there is no store of versions. */
const NO_VERSIONS: KeyValue = {
  get: async () => null,
  put: async () => {},
  delete: async () => {},
  list: async () => ({ keys: [], list_complete: true }),
};
