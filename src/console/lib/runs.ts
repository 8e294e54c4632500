import type { ListedRun } from '../../api/runs.ts';

/** Whether a run is not over yet. */
export function isOpen({ state }: Pick<ListedRun, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

/**
 * @param name what happened and to which file, as a run says: "PutObject orders.csv"
 * @param before the runs that were there before: the same may have started some of them
 * @returns the run that this has started; undefined as long as it is not there
 */
export function runOf<R extends Pick<ListedRun, 'id' | 'because'>>(
  event: string,
  runs: readonly R[],
  before: readonly Pick<ListedRun, 'id'>[],
): R | undefined {
  const known = new Set(before.map(({ id }) => id));
  // The newest come first. A message that came twice starts a second run, which finds nothing to do.
  return runs.findLast(({ id, because }) => !known.has(id) && because.includes(event));
}
