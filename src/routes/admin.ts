import type { Context } from 'hono';
import type { Reply } from '../http/exchange.ts';
import { headerTemplate } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import type { Dependencies, Route } from './route.ts';

/** An operator's request, and what it is answered with. */
export interface AdminRequest extends Ingestion {
  /** Who asks, by name. */
  by: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Answers an operator's request. */
export type AdminAnswer = (c: Context, request: AdminRequest) => Promise<Reply>;

/** Makes routes of operators: each asks for the admin token first, and then for ingestion. */
export function adminRoute({ admin, ingestion }: Pick<Dependencies, 'admin' | 'ingestion'>) {
  return (method: Route['method'], path: string, answer: AdminAnswer): Route => ({
    method,
    path,
    async answer(c, { now }) {
      const by = await admin(c);
      if (ingestion === undefined) {
        throw new Problem('no_ingestion', 'expected a Worker with the bindings of ingestion, this is none');
      }
      const { bucket, events, sequencer } = ingestion;
      return await answer(c, { bucket, events, sequencer, by, now });
    },
  });
}

/** An answer for operators, which nobody may keep. */
export function adminReply<Body>(status: number, body: Body): Reply {
  const headers = headerTemplate({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  return { status, headers, body: JSON.stringify(body) };
}

/** @throws Problem storage_unavailable, when what is asked of the storage fails */
export async function stored<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const detail = 'expected an answer of the storage, got none: try again';
    throw new Problem('storage_unavailable', detail, { cause, headers: { 'retry-after': '5' } });
  }
}
