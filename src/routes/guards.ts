import type { Verdicts } from '../api/guards.ts';
import type { Comparison } from '../api/versions.ts';
import { DataError } from '../core/errors.ts';
import { verdictsOf } from '../core/publish/guards.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import {
  compareVersions,
  diffVersions,
  type LivePair,
  livePair,
  type Served,
} from '../core/publish/versions.ts';
import type { Reply } from '../http/exchange.ts';
import { headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import { answered } from './admin.ts';
import type { Dependencies, Route } from './route.ts';

type Parts = Pick<Dependencies, 'admit' | 'config' | 'kv' | 'store'>;

/**
 * GET /guards: what each guard says of what is live. It needs no admin token, but tells amounts: where callers need a key, so does
 * this.
 */
export function guardRoutes(parts: Parts): Route[] {
  const { admit, config, kv, store } = parts;
  /** A comparison reads two versions, so the last one is kept: it is the same until something is published. */
  let last: { key: string; value: Verdicts } | null = null;

  async function verdicts(): Promise<Verdicts> {
    const served = await servedOf(store);
    const found = kv === undefined ? null : await livePair(kv);
    const { live: version, before } = found ?? { live: versionOf(served), before: null };
    const key = `${before} ${version}`;
    if (last?.key === key) return last.value;
    const compared = (from: string | null) => diffVersions(kv ?? NO_VERSIONS, { from, to: version, served });
    const diff = await compared(before).catch((error: unknown) => {
      // What was live before may be pruned, or damaged.
      if (before !== null && error instanceof DataError) return compared(null);
      throw error;
    });
    last = { key, value: { version, before: diff.from, guards: verdictsOf(diff, config.guards) } };
    return last.value;
  }

  return [
    {
      method: 'GET',
      path: '/guards',
      async answer(request) {
        if (admit !== undefined) await admit(request);
        new Query(request).only();
        return openReply(await answered(verdicts()));
      },
    },
  ];
}

/** @returns what answers GET /versions/diff without a query: what is live, compared with what was live before; without a token */
export function liveComparison({ admit, config, store }: Parts) {
  let last: { key: string; value: Comparison } | null = null;

  return async (request: Request, kv: KeyValue): Promise<Reply> => {
    if (admit !== undefined) await admit(request);
    const served = await servedOf(store);
    const value = await answered(
      (async () => {
        const { before, live } = await pairOf(kv);
        const key = `${before} ${live}`;
        if (last?.key !== key) {
          const { guards } = config;
          last = { key, value: await compareVersions(kv, { from: before, to: live, served, guards }) };
        }
        return last.value;
      })(),
    );
    return openReply(value);
  };
}

async function pairOf(kv: KeyValue): Promise<LivePair & { before: string }> {
  const pair = await livePair(kv);
  if (pair !== null && pair.before !== null) return { ...pair, before: pair.before };
  throw new Problem(
    'conflict',
    'Nothing was live before what is live, so there is nothing to compare it with.',
  );
}

async function servedOf(store: Parts['store']): Promise<Served | null> {
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

function openReply<Body>(body: Body): Reply {
  const headers = headerTemplate({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...NOT_A_PAGE,
  });
  return { status: 200, headers, body: JSON.stringify(body) };
}
