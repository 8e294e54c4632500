import type { LookedAt, Run, RunState } from '../api/runs.ts';
import { isAhead } from '../core/artifact/data-age.ts';
import type { Preview } from '../core/publish/comparison.ts';
import type { News, NewsEvent } from '../core/publish/news.ts';
import type { Entry } from '../core/publish/pointer.ts';
import { byCount, firstOf } from '../core/words.ts';
import { ecsLine } from '../platform/ecs.ts';
import { type PublishOutcome, startedBy } from './publish.ts';

/** An upload, as the run that looked at it left it. */
export interface UploadRecord extends Omit<LookedAt, 'state'> {
  /** `accepted`: it was set aside, and joins the history all the same. */
  state: LookedAt['state'] | 'accepted';
  /** The run that looked at it. */
  run: string;
}

/** How a run ends. */
export interface Ending
  extends Pick<Run, 'counts' | 'quarantined' | 'looked_at' | 'version' | 'warnings' | 'reasons'> {
  state: Exclude<RunState, 'waiting' | 'running'>;
  /** The fingerprint of the uploads that it took in; null when it did not take them all in. */
  taken: string | null;
}

/** @returns the record of a run that did nothing yet */
export function nothingYet(): Omit<Ending, 'state' | 'taken'> {
  return { counts: null, quarantined: [], looked_at: [], version: null, warnings: [], reasons: [] };
}

/** @returns the ending of a run that failed */
export function failure(reason: string): Ending {
  return { ...nothingYet(), state: 'failed', reasons: [reason], taken: null };
}

/** Uploads that one reason names. */
const MOST_NAMED = 5;

/** @returns why uploads were set aside and what to do, for the reasons of a run: one for all with the same reasons */
export function setAsideReasons(uploads: readonly Pick<LookedAt, 'name' | 'reasons'>[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reasons } of uploads) {
    const why = reasons.join('; ');
    names.set(why, [...(names.get(why) ?? []), name]);
  }
  return Array.from(names, ([why, [name = '', ...others]]) => {
    if (others.length === 0) {
      return `${name} is set aside: ${why}. Accept it with POST /uploads/${name} and {"action":"accept"}, or delete it`;
    }
    return `${firstOf([name, ...others], MOST_NAMED)} are set aside: ${why}. Accept each with POST /uploads/NAME and {"action":"accept"}, or delete it`;
  });
}

/** @returns which of the files that a run looked at have rows in the future @param now milliseconds since the epoch */
export function aheadWarnings(looked_at: readonly LookedAt[], now: number): string[] {
  const ahead = looked_at.filter(({ last_timestamp }) => last_timestamp && isAhead(last_timestamp, now));
  if (ahead.length === 0) return [];
  const names = ahead.map(({ name }) => name);
  const last = ahead.reduce((latest, { last_timestamp: at }) => (at && at > latest ? at : latest), '');
  return [
    `${firstOf(names, MOST_NAMED)} ${byCount(ahead.length, 'has', 'have')} rows in the future, the last of ${last.slice(0, 10)}: the history seems fresher than it is`,
  ];
}

/** How one attempt of a step went. */
export type StepReport = { state: 'running' | 'done' } | { state: 'failed'; reason: string };

/** Adds a report to a run's steps. @param at ISO 8601 */
export function reportStep(steps: Run['steps'], name: string, report: StepReport, at: string): void {
  let step = steps.find((other) => other.name === name);
  if (step === undefined) {
    step = { name, state: 'running', attempts: 0, started_at: at, finished_at: null, reason: null };
    steps.push(step);
  }
  step.state = report.state;
  if (report.state === 'running') step.attempts++;
  else step.finished_at = at;
  if (report.state === 'failed') step.reason = report.reason;
}

const TOLD: Partial<Record<RunState, NewsEvent>> = {
  published: 'published',
  refused: 'refused',
  held: 'held_back',
  failed: 'failed',
};

/** @returns the news of a run that has ended; null for one that changed nothing @param pointer as it was last moved */
export function newsOfRun(
  { id, state, version, by, reasons, finished_at }: Run,
  pointer: Entry | null,
): News | null {
  const event = TOLD[state];
  if (event === undefined) return null;
  return {
    event,
    at: finished_at ?? '',
    version,
    previous: event === 'published' && pointer?.run === id ? pointer.previous : null,
    by: startedBy({ by }),
    reason: null,
    reasons,
    run: id,
  };
}

/**
 * @param now milliseconds since the epoch
 * @returns the line of JSON for a run that has ended. Names and reasons stay out: they may quote what was uploaded.
 */
export function runLine({ id, state, counts, version, started_at }: Run, now: number): string {
  const level = state === 'failed' ? 'error' : 'info';
  return ecsLine(now, level, `run ${state}`, {
    'event.action': 'ingest',
    'event.outcome': state === 'failed' || state === 'refused' ? 'failure' : 'success',
    'event.duration': Math.round((now - Date.parse(started_at)) * 1e6),
    'voucher.run': id,
    'voucher.run_state': state,
    'voucher.files': counts?.files,
    'voucher.quarantined': counts?.quarantined,
    'voucher.rows_kept': counts?.rows_kept,
    'voucher.artifact_version': version,
  });
}

/**
 * New uploads of a run that was refused are set aside with the reasons, and the next run goes on without them. A run that
 * changed nothing because all that was new is set aside was refused, too.
 */
export function withSetAside(ending: Ending): Ending {
  const { state, looked_at, reasons } = ending;
  const isAside = (found: LookedAt) => found.state === 'set_aside';
  if (state === 'unchanged' && looked_at.length > 0 && looked_at.every(isAside)) {
    return { ...ending, state: 'refused', reasons: setAsideReasons(looked_at) };
  }
  if (state !== 'refused' || looked_at.every(isAside)) return ending;
  const refused = looked_at.map(
    (found): LookedAt => (isAside(found) ? found : { ...found, state: 'set_aside', reasons }),
  );
  return { ...ending, looked_at: refused, reasons: setAsideReasons(refused) };
}

/** The first upload has no history before it. If it is alone, it changes what its run changes in what was live. */
function withChanges(looked_at: LookedAt[], changes: Preview | null): LookedAt[] {
  const [first, ...others] = looked_at;
  const isAlone = first?.state === 'joined' && others.length === 0;
  return isAlone && first.changes === null ? [{ ...first, changes }] : looked_at;
}

/** @returns how a run ends after publishing was tried, with what to do if it was refused */
export function settledBy(
  { state, reasons, warnings, changes, retry, guards }: PublishOutcome,
  ending: Ending,
  { force, uploads }: { force: boolean; uploads: readonly UploadRecord[] },
): Ending {
  const looked_at = retry ? [] : withChanges(ending.looked_at, changes);
  const found = withSetAside({
    ...ending,
    state,
    reasons,
    warnings: [...ending.warnings, ...warnings],
    looked_at,
  });
  if (guards && found.looked_at.length === 0) {
    return {
      ...found,
      reasons: found.reasons.map((why) => `${why}; POST /runs?force=true publishes past the guards`),
    };
  }
  // Force passes the guards for files that have joined. A file that is set aside needs a decision of its own.
  const aside = uploads.filter(({ state }) => state === 'set_aside');
  if (!force || found.state !== 'unchanged' || aside.length === 0) return found;
  return { ...found, state: 'refused', reasons: setAsideReasons(aside) };
}
