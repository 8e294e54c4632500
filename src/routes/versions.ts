import type { Context } from 'hono';
import * as z from 'zod/mini';
import { RollbackSchema } from '../api/rollback.ts';
import type { Comparison, Moved, Versions } from '../api/versions.ts';
import { isVersion } from '../core/artifact/version.ts';
import { DataError, StatisticsError } from '../core/errors.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { rollback } from '../core/publish/publish.ts';
import { compareVersions, listVersions } from '../core/publish/versions.ts';
import { limitBody, requireJson } from '../http/body.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { Problem } from '../http/problem.ts';
import { invalidRequest } from '../http/refusals.ts';
import { adminReply, stored } from './admin.ts';
import type { Dependencies, Route } from './route.ts';

type Answer = (c: Context, kv: KeyValue, exchange: Exchange) => Promise<Reply>;

/** GET /versions, GET /versions/diff and POST /rollback: what was live when, what it would change, and going back. */
export function versionRoutes({
  admin,
  config,
  kv,
  store,
}: Pick<Dependencies, 'admin' | 'config' | 'kv' | 'store'>): Route[] {
  const route = (method: Route['method'], path: string, answer: Answer): Route => ({
    method,
    path,
    async answer(c, exchange) {
      await admin(c);
      if (kv !== undefined) return await answered(answer(c, kv, exchange));
      throw new Problem('no_versions', 'expected a Worker with a KV namespace of artifacts, this has none');
    },
  });

  async function diff(c: Context, kv: KeyValue): Promise<Reply> {
    const [from, to] = [versionIn(c, 'from'), versionIn(c, 'to')];
    const state = await store.current();
    const served = state.ok
      ? { compiled: state.compiled, statistics: () => store.statistics(state.compiled.table) }
      : null;
    return adminReply<Comparison>(
      200,
      await compareVersions(kv, { from, to, served, guards: config.guards }),
    );
  }

  return [
    route('GET', '/versions', async (_, kv) => adminReply<Versions>(200, await listVersions(kv))),
    route('GET', '/versions/diff', diff),
    route('POST', '/rollback', goBack),
  ];
}

async function goBack(c: Context, kv: KeyValue, { now }: Exchange): Promise<Reply> {
  await limitBody(c);
  requireJson(c.req.raw.headers.get('content-type'));
  const body: unknown = await c.req.json().catch((cause: unknown) => {
    throw new Problem('malformed_json', 'expected a body that is JSON, got one that does not parse', {
      cause,
    });
  });
  const parsed = z.safeParse(RollbackSchema, body, { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return adminReply<Moved>(200, await rollback(kv, parsed.data.version, { by: 'POST /rollback', now }));
}

function versionIn(c: Context, name: 'from' | 'to'): string {
  const version = c.req.query(name) ?? '';
  if (isVersion(version)) return version;
  const message = 'expected the 16 hexadecimal digits of a version, got something else';
  throw new Problem('invalid_request', `${name}: ${message}`, { errors: [{ path: name, message }] });
}

/** What the store says no to is about a version; what it fails at is its own doing. */
async function answered(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply;
  } catch (cause) {
    if (cause instanceof StatisticsError)
      throw new Problem('statistics_unavailable', cause.message, { cause });
    if (cause instanceof DataError) throw new Problem('unknown_version', cause.message, { cause });
    if (cause instanceof Problem) throw cause;
    return stored(Promise.reject(cause));
  }
}
