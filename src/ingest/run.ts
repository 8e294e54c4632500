import type { Run } from '../api/runs.ts';
import { type RunContext, reasonOf } from './context.ts';
import { look } from './look.ts';
import { type Ending, failure, nothingYet, setAsideReasons } from './record.ts';
import {
  assemble,
  type CountResult,
  CUBES_A_STEP,
  countUpload,
  list,
  merge,
  sweep,
  takeIn,
} from './steps.ts';

/** Does something once, and remembers the result, of at most 1 MiB, when the run is taken up again. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** The most new files that a run counts; with more, the next run goes on. A workflow has 1,024 steps. */
const MOST_NEW_FILES = 150;

/** The most steps that look at new files: with more files than this, a step looks at several. */
const MOST_LOOKS = 200;

/** A run keeps what each new file changes for this many files, so that the record of thousands stays small. */
const MOST_PREVIEWS = 100;

/**
 * Makes what is live agree with what is in the bucket: lists the uploads, counts those that no earlier run has
 * counted, adds up the cubes of those that have joined the history, looks at each new one before it joins, estimates,
 * and publishes.
 *
 * Every step can be done twice, or be cut off anywhere and done again: a cube is written under a key that says what
 * it counts, a file is put into quarantine only as the version that was read, and the pointer moves in one place.
 *
 * @returns how it ended; what a step throws is thrown on, once its retries are used up
 */
export async function ingest(context: RunContext, step: Step): Promise<Ending> {
  const ending: Ending = { ...nothingYet(), state: 'refused', taken: null };
  const listed = await step('list', () => list(context));
  if (!listed.ok) return { ...ending, reasons: listed.reasons, taken: listed.taken };

  const results: CountResult[] = [];
  const news = Math.min(listed.unknown, MOST_NEW_FILES);
  for (let index = 0; index < news; index++) {
    results.push(await step(`count ${index + 1} of ${news}`, () => countUpload(context, index)));
  }
  const counts = countsOf(listed, results);
  ending.counts = counts;
  ending.quarantined = results.flatMap((result) =>
    result.state === 'quarantined' ? [{ name: result.name, reason: result.reason }] : [],
  );
  if (listed.unknown > news) return { ...ending, state: 'continued' };

  const taken = await step('take in', () => takeIn(context, results));
  ending.taken = taken.fingerprint;
  const sums = Math.max(1, Math.ceil(taken.joined / CUBES_A_STEP));
  for (let index = 0; index < sums; index++) {
    const merged = await step(`merge ${index + 1} of ${sums}`, () => merge(context, index));
    if (!merged.ok) return { ...ending, reasons: merged.reasons };
  }
  let sum = sums;
  const each = Math.ceil(taken.news / MOST_LOOKS);
  for (let from = 0; from < taken.news; from += each) {
    const found = await step(`look at ${from + 1} of ${taken.news}`, () => look(context, from, each, sum));
    if (found.some(({ state }) => state === 'joined')) sum++;
    ending.looked_at.push(
      ...(from < MOST_PREVIEWS ? found : found.map((file) => ({ ...file, changes: null }))),
    );
  }
  const aside = [...taken.aside, ...ending.looked_at.filter(({ state }) => state === 'set_aside')];
  if (taken.joined === 0 && sum === sums && aside.length > 0) {
    return { ...ending, reasons: setAsideReasons(aside) };
  }
  const made = await step('estimate', () => assemble(context, sum));
  if (!made.ok) return { ...ending, reasons: made.reasons };
  ending.version = made.version;
  ending.warnings = made.warnings;
  ending.counts = { ...counts, rows_read: made.rows_read, rows_kept: made.rows_kept };

  const ended = await step('publish', () => context.sequencer.publish(context.id, ending));
  // What is left does no harm, and the next run tries again.
  await step('sweep', () => sweep(context)).catch(() => null);
  return ended;
}

/**
 * Carries out a run: the sequencer hears of every attempt of a step, and of how the run ended.
 *
 * @param durable does a piece of work until it succeeds or its retries are used up, and remembers its result
 */
export async function carryOut(context: RunContext, durable: Step): Promise<void> {
  const { id, sequencer } = context;
  const step: Step = (name, work) =>
    durable(name, async () => {
      await sequencer.report(id, name, { state: 'running' });
      try {
        const result = await work();
        await sequencer.report(id, name, { state: 'done' });
        return result;
      } catch (error) {
        await sequencer.report(id, name, { state: 'failed', reason: reasonOf(error) });
        throw error;
      }
    });
  const finish = (ending: Ending) => durable('finish', () => sequencer.finish(id, ending));

  let ending: Ending;
  try {
    ending = await ingest(context, step);
  } catch (error) {
    await finish(failure(reasonOf(error)));
    throw error;
  }
  await finish(ending);
}

function countsOf(
  listed: { files: number; unknown: number },
  results: readonly CountResult[],
): NonNullable<Run['counts']> {
  const having = (state: CountResult['state']) => results.filter((result) => result.state === state).length;
  return {
    files: listed.files,
    counted: having('counted'),
    reused: listed.files - listed.unknown,
    quarantined: having('quarantined'),
    rows_read: null,
    rows_kept: null,
  };
}
