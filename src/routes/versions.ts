import * as z from 'zod/mini';
import { RollbackSchema } from '../api/rollback.ts';
import type { Comparison, Moved, Versions } from '../api/versions.ts';
import { isVersion } from '../core/artifact/version.ts';
import { DataError } from '../core/errors.ts';
import { show } from '../core/issues.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { rollback } from '../core/publish/publish.ts';
import { compareVersions, listVersions } from '../core/publish/versions.ts';
import { readJson } from '../http/body.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { invalidField, invalidRequest, Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import { adminReply, stored } from './admin.ts';
import type { Dependencies, Route } from './route.ts';

type Answer = (request: Request, kv: KeyValue, exchange: Exchange) => Promise<Reply>;

/** GET /versions, GET /versions/diff and POST /rollback: what was live when, what it would change, and going back. */
export function versionRoutes({
  admin,
  config,
  kv,
  store,
}: Pick<Dependencies, 'admin' | 'config' | 'kv' | 'store'>): Route[] {
  const route = (method: Route['method'], path: string, answer: Answer, ...parameters: string[]): Route => ({
    method,
    path,
    async answer(request, exchange) {
      await admin(request);
      new Query(request).only(...parameters);
      if (kv !== undefined) return await answered(answer(request, kv, exchange));
      throw new Problem(
        'no_versions',
        'This deployment keeps no versions: it lacks the KV namespace ARTIFACTS (see wrangler.toml).',
      );
    },
  });

  async function diff(request: Request, kv: KeyValue): Promise<Reply> {
    const query = new Query(request);
    const [from, to] = [versionIn(query, 'from'), versionIn(query, 'to')];
    const state = await store.current();
    const served = state.ok ? state.compiled : null;
    return adminReply<Comparison>(
      200,
      await compareVersions(kv, { from, to, served, guards: config.guards }),
    );
  }

  return [
    route('GET', '/versions', async (_, kv) => adminReply<Versions>(200, await listVersions(kv))),
    route('GET', '/versions/diff', diff, 'from', 'to'),
    route('POST', '/rollback', goBack),
  ];
}

async function goBack(request: Request, kv: KeyValue, { now }: Exchange): Promise<Reply> {
  const parsed = z.safeParse(RollbackSchema, await readJson(request), { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return adminReply<Moved>(200, await rollback(kv, parsed.data.version, { by: 'POST /rollback', now }));
}

function versionIn(query: Query, name: 'from' | 'to'): string {
  const version = query.text(name);
  if (version !== undefined && isVersion(version)) return version;
  throw invalidField(name, `expected the 16 hexadecimal digits of a version, got ${show(version)}`);
}

/** What the store says no to is about a version; what it fails at is its own doing. */
async function answered(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply;
  } catch (cause) {
    if (cause instanceof DataError) throw new Problem('unknown_version', cause.message, { cause });
    if (cause instanceof Problem) throw cause;
    return stored(Promise.reject(cause));
  }
}
