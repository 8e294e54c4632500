import { DataError, StatisticsError } from '../core/errors.ts';
import { ConflictError } from '../core/publish/publish.ts';
import type { AdminGuard } from '../http/admin.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import type { Route } from './route.ts';

export interface Operator extends Pick<Exchange, 'now' | 'parameter' | 'context'> {
  /** Their name, for the history. */
  by: string;
}

/** Answers an operator's request. @param place what the route is about: {@link Ingestion}, or a store of versions */
export type AdminAnswer<Place> = (request: Request, place: Place, operator: Operator) => Promise<Reply>;

/**
 * Makes routes of operators: each asks for the admin token first.
 *
 * @param placeOf gives what the routes are about, or throws where the deployment has none
 * @returns a function of the route, its answer and the parameters that its query may have
 */
export function adminRoute<Place>(admin: AdminGuard, placeOf: () => Place) {
  return (
    method: Route['method'],
    path: string,
    answer: AdminAnswer<Place>,
    ...parameters: string[]
  ): Route => ({
    method,
    path,
    async answer(request, { now, parameter, context }) {
      const by = await admin(request);
      new Query(request).only(...parameters);
      return await answer(request, placeOf(), { by, now, parameter, context });
    },
  });
}

/** @throws Problem storage_unavailable, when what is asked of the storage fails */
export async function stored<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const detail = 'The storage does not answer: try again.';
    throw new Problem('storage_unavailable', detail, { cause, headers: { 'retry-after': '5' } });
  }
}

/**
 * Answers about versions. A refusal is about the state or a version; anything else is the storage's.
 *
 * @throws Problem statistics_unavailable, conflict, unknown_version, storage_unavailable
 */
export async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof StatisticsError)
      throw new Problem('statistics_unavailable', cause.message, { cause });
    if (cause instanceof ConflictError) throw new Problem('conflict', cause.message, { cause });
    if (cause instanceof DataError) throw new Problem('unknown_version', cause.message, { cause });
    return stored(Promise.reject(cause));
  }
}
