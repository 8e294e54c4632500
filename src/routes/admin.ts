import type { AdminGuard } from '../http/admin.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { headerTemplate } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import type { Route } from './route.ts';

/** Who asks, and for what. */
export interface Operator extends Pick<Exchange, 'now' | 'parameter' | 'context'> {
  /** Their name, for the history. */
  by: string;
}

/** Answers an operator's request. */
export type AdminAnswer = (request: Request, ingestion: Ingestion, operator: Operator) => Promise<Reply>;

/**
 * Makes routes of operators: each asks for the admin token first.
 *
 * @returns a function of the route, its answer and the parameters that its query may have
 */
export function adminRoute({ admin, ingestion }: { admin: AdminGuard; ingestion: Ingestion }) {
  return (method: Route['method'], path: string, answer: AdminAnswer, ...parameters: string[]): Route => ({
    method,
    path,
    async answer(request, exchange) {
      const by = await admin(request);
      new Query(request).only(...parameters);
      const { now, parameter, context } = exchange;
      return await answer(request, ingestion, { by, now, parameter, context });
    },
  });
}

/** An answer for operators, which must not be stored. */
export function adminReply<Body>(status: number, body: Body): Reply {
  const headers = headerTemplate({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  return { status, headers, body: JSON.stringify(body) };
}

/** @throws Problem storage_unavailable, when what is asked of the storage fails */
export async function stored<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const detail = 'The storage does not answer: try again.';
    throw new Problem('storage_unavailable', detail, { cause, headers: { 'retry-after': '5' } });
  }
}
