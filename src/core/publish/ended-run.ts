/** What is looked at of a run: how far it is, and when it began. */
interface KnownRun {
  state: string;
  started_at: string;
}
/** A run that took nothing in. */
type Ended<R> = R & { state: 'refused' | 'failed' };

/**
 * An upload that is still new although a run has ended that began after it came: the run was refused or has failed before
 * the file could join the history.
 *
 * @param uploadedAt when the upload came, ISO 8601
 * @param runs the newest first
 * @returns that run; null where the next one has yet to look at the file
 */
export function endedWithout<R extends KnownRun>(uploadedAt: string, runs: readonly R[]): Ended<R> | null {
  const [newest] = runs;
  if (newest === undefined || Date.parse(newest.started_at) < Date.parse(uploadedAt)) return null;
  const tookNothing = (run: R): run is Ended<R> => run.state === 'refused' || run.state === 'failed';
  return tookNothing(newest) ? newest : null;
}
