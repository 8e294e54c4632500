import type { Context } from 'hono';
import * as z from 'zod/mini';
import { HoldSchema, ReleaseSchema, RollbackSchema } from '../api/moves.ts';
import type { Comparison, Moved, Versions } from '../api/versions.ts';
import { isVersion } from '../core/artifact/version.ts';
import { DataError } from '../core/errors.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { type Change, ConflictError, change, type Mover } from '../core/publish/publish.ts';
import { compareVersions, listVersions } from '../core/publish/versions.ts';
import { limitBody, requireJson } from '../http/body.ts';
import type { Reply } from '../http/exchange.ts';
import { Problem } from '../http/problem.ts';
import { invalidRequest } from '../http/refusals.ts';
import { adminReply, stored } from './admin.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /versions and GET /versions/diff; POST /rollback, /hold and /release: what was live when, and changing that. */
export function versionRoutes({
  admin,
  config,
  ingestion,
  kv,
  store,
}: Pick<Dependencies, 'admin' | 'config' | 'ingestion' | 'kv' | 'store'>): Route[] {
  const route = (
    method: Route['method'],
    path: string,
    answer: (c: Context, kv: KeyValue, who: { by: string; now: number }) => Promise<Reply>,
  ): Route => ({
    method,
    path,
    async answer(c, { now }) {
      const by = await admin(c);
      if (kv !== undefined) return await answered(answer(c, kv, { by, now }));
      throw new Problem('no_versions', 'This deployment has no KV namespace of artifacts.');
    },
  });

  async function diff(c: Context, kv: KeyValue): Promise<Reply> {
    const [from, to] = [versionIn(c, 'from'), versionIn(c, 'to')];
    const state = await store.current();
    const served = state.ok ? state.compiled : null;
    return adminReply<Comparison>(
      200,
      await compareVersions(kv, { from, to, served, guards: config.guards }),
    );
  }

  const move =
    (action: Change['action']) =>
    async (c: Context, kv: KeyValue, { by, now }: Mover) => {
      const { reason, version } = await readMove(c, action);
      const asked: Change = { action, version };
      // Where uploads are taken in, the sequencer makes all moves, one after the other.
      if (ingestion === undefined)
        return adminReply<Moved>(200, await change(kv, asked, { by, now, reason }));
      const outcome = await stored(ingestion.sequencer.change(asked, by, reason));
      if (outcome.ok) return adminReply<Moved>(200, outcome.moved);
      throw outcome.conflict ? new ConflictError(outcome.message) : new DataError(outcome.message);
    };

  return [
    route('GET', '/versions', async (_, kv) => adminReply<Versions>(200, await listVersions(kv))),
    route('GET', '/versions/diff', diff),
    route('POST', '/rollback', move('rollback')),
    route('POST', '/hold', move('hold')),
    route('POST', '/release', move('release')),
  ];
}

const BODIES = { rollback: RollbackSchema, hold: HoldSchema, release: ReleaseSchema };

async function readMove(
  c: Context,
  action: Change['action'],
): Promise<{ version: string | null; reason: string | null }> {
  await limitBody(c);
  requireJson(c.req.raw.headers.get('content-type'));
  const body: unknown = await c.req.json().catch((cause: unknown) => {
    throw new Problem('malformed_json', 'The body is not JSON.', { cause });
  });
  const parsed = z.safeParse(BODIES[action], body, { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return { version: null, ...parsed.data };
}

function versionIn(c: Context, name: 'from' | 'to'): string {
  const version = c.req.query(name) ?? '';
  if (isVersion(version)) return version;
  const message = 'expected the 16 hexadecimal digits of a version, got something else';
  throw new Problem('invalid_request', `${name}: ${message}`, { errors: [{ path: name, message }] });
}

/** A refusal is about the state or a version; anything else is the storage's. */
async function answered(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply;
  } catch (cause) {
    if (cause instanceof ConflictError) throw new Problem('conflict', cause.message, { cause });
    if (cause instanceof DataError) throw new Problem('unknown_version', cause.message, { cause });
    if (cause instanceof Problem) throw cause;
    return stored(Promise.reject(cause));
  }
}
