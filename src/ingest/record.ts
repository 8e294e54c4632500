import type { News, NewsEvent } from '../core/publish/news.ts';
import type { Pointer } from '../core/publish/pointer.ts';
import type { Preview } from '../core/publish/preview.ts';
import { ecsHead, ecsTail } from '../platform/ecs.ts';

/**
 * The state of a run:
 * - waiting: it begins when the run before it ends
 * - running
 * - published: what it made is live
 * - unchanged: what it made was live already
 * - held: what it made would have gone live, but what is live is held
 * - refused: the data or a guard said no; it would say so again
 * - continued: more new files than one run counts; the next one goes on
 * - failed: a step went wrong until its retries were used up, or nothing was heard of the run any more; the next run,
 *   which the cron trigger starts, may do better
 */
export type RunState =
  | 'waiting'
  | 'running'
  | 'published'
  | 'unchanged'
  | 'held'
  | 'refused'
  | 'continued'
  | 'failed';

export interface StepRecord {
  name: string;
  state: 'running' | 'done' | 'failed';
  attempts: number;
  /** ISO 8601 in UTC, like all times here. */
  started_at: string;
  finished_at: string | null;
  /** Why the last attempt failed. */
  reason: string | null;
}

export interface RunCounts {
  /** Uploads that were in the bucket. */
  files: number;
  /** Of these: read by this run, known from an earlier one, and put into quarantine by this one. */
  counted: number;
  reused: number;
  quarantined: number;
  /** Of all files; null when the run did not come that far. */
  rows_read: number | null;
  rows_kept: number | null;
}

/** What a look at one upload found, before it joined the history. */
export interface LookedAt {
  name: string;
  etag: string;
  /** `set_aside`: it joins nothing until it is accepted. */
  state: 'joined' | 'set_aside';
  /** Why it was set aside. */
  reasons: string[];
  /** What it would change in the history before it, or else in what was live; null where there was neither. */
  changes: Preview | null;
  rows_read: number;
  rows_kept: number;
  /** Of its kept rows; null without any. */
  first_timestamp: string | null;
  last_timestamp: string | null;
}

/** What is known of an upload from the run that looked at it. */
export interface UploadRecord extends Omit<LookedAt, 'state'> {
  /** `accepted`: it was set aside, and joins the history all the same. */
  state: LookedAt['state'] | 'accepted';
  /** The run that looked at it. */
  run: string;
}

/** What GET /runs/ID shows. */
export interface RunRecord {
  id: string;
  state: RunState;
  /** What called for it: "PutObject orders.csv", "cron"; the first few. */
  because: string[];
  /** Whether it publishes whatever the guards say. */
  force: boolean;
  /** The operators who had it started, by name; none where it was not an operator. */
  by: string[];
  started_at: string;
  finished_at: string | null;
  steps: StepRecord[];
  counts: RunCounts | null;
  quarantined: { name: string; reason: string }[];
  /** The new uploads, and what the look at each found. */
  looked_at: LookedAt[];
  /** Of the artifact that it made. */
  version: string | null;
  /** What a build of the same files warns of. */
  warnings: string[];
  /** Why it was refused or has failed, or what it was published in spite of. */
  reasons: string[];
}

/** How a run ends. */
export interface Ending {
  state: Exclude<RunState, 'waiting' | 'running'>;
  counts: RunCounts | null;
  quarantined: RunRecord['quarantined'];
  looked_at: LookedAt[];
  version: string | null;
  warnings: string[];
  reasons: string[];
  /** The fingerprint of the uploads that it took in; null when it did not take them all in. */
  taken: string | null;
}

/** @returns the ending of a run that did nothing yet */
export function emptyEnding(state: Ending['state'], reasons: string[] = []): Ending {
  return {
    state,
    counts: null,
    quarantined: [],
    looked_at: [],
    version: null,
    warnings: [],
    reasons,
    taken: null,
  };
}

/** @returns the ending of a run that came to nothing */
export function failure(reason: string): Ending {
  return emptyEnding('failed', [reason]);
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
    const shown = [name, ...others].slice(0, MOST_NAMED).join(', ');
    const more = others.length + 1 - MOST_NAMED;
    const all = more > 0 ? `${shown}, and ${more} more` : shown;
    return `${all} are set aside: ${why}. Accept each with POST /uploads/NAME and {"action":"accept"}, or delete it`;
  });
}

/** How one attempt of a step went. */
export type StepReport = { state: 'running' | 'done' } | { state: 'failed'; reason: string };

/** Adds a report to a run's steps. @param at ISO 8601 */
export function reportStep(steps: StepRecord[], name: string, report: StepReport, at: string): void {
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
  { id, state, version, by, reasons, finished_at }: RunRecord,
  pointer: Pointer | null,
): News | null {
  const event = TOLD[state];
  if (event === undefined) return null;
  return {
    event,
    at: finished_at ?? '',
    version,
    previous: event === 'published' && pointer?.run === id ? pointer.previous : null,
    by: by.join(', ') || 'uploads',
    reason: null,
    reasons,
    run: id,
  };
}

/**
 * @param now milliseconds since the epoch
 * @returns the line of JSON for a run that has ended. Names and reasons stay out: they may quote what was uploaded.
 */
export function runLine({ id, state, counts, version, started_at }: RunRecord, now: number): string {
  const level = state === 'failed' ? 'error' : 'info';
  const head = ecsHead(now, level, `run ${state}`);
  return (
    head +
    ecsTail({
      'event.action': 'ingest',
      'event.outcome': state === 'failed' || state === 'refused' ? 'failure' : 'success',
      'event.duration': Math.round((now - Date.parse(started_at)) * 1e6),
      'voucher.run': id,
      'voucher.run_state': state,
      'voucher.files': counts?.files,
      'voucher.quarantined': counts?.quarantined,
      'voucher.rows_kept': counts?.rows_kept,
      'voucher.artifact_version': version,
    })
  );
}

/** The first upload has no history before it. What it changes, alone, is what its run changes in what was live. */
export function withChanges(looked_at: LookedAt[], changes: Preview | null): LookedAt[] {
  const [first, ...others] = looked_at;
  const isAlone = first?.state === 'joined' && others.length === 0;
  return isAlone && first.changes === null ? [{ ...first, changes }] : looked_at;
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
