import { DurableObject } from 'cloudflare:workers';
import type { Pointer } from '../core/publish/pointer.ts';
import { systemClock } from '../platform/clock.ts';
import type { IngestEnv } from './bindings.ts';
import { publishRun } from './publish-run.ts';
import { runLine } from './run-line.ts';
import { type Ending, failure, type RunRecord, reportStep, type StepReport } from './run-record.ts';
import type { SequencerCalls } from './sequencer-calls.ts';
import { LONGEST_SILENCE_MS } from './step-limits.ts';

interface State {
  /** Runs that were ever begun. */
  number: number;
  /** The run under way. */
  current: string | null;
  /** When it was last heard of: it began, or an attempt of a step began or ended. Milliseconds since the epoch. */
  heard: number;
  /** What came in since the run under way began. */
  waiting: { because: string[]; force: boolean } | null;
  /** The fingerprint of the uploads that were last taken in, or refused. */
  settled: string | null;
  /** How the run under way ends, once it has published: it may die before it can say so. */
  ending: Ending | null;
  /** As this object last moved it. */
  pointer: Pointer | null;
}

const INITIAL: State = {
  number: 0,
  current: null,
  heard: 0,
  waiting: null,
  settled: null,
  ending: null,
  pointer: null,
};

/** Milliseconds between two looks at whether the run under way is alive. */
const WATCH_MS = 60_000;
const MOST_RUNS = 200;
const MOST_SHOWN = 50;
const MOST_BECAUSE = 20;

/**
 * The one writer of the pointer among machines. There is one such object in the world, and it lets one run go on at
 * a time: what comes in meanwhile is noted down and starts one more run when the run ends. A run begins by listing
 * the bucket, so whatever was put there before its message was sent is taken in by some run, however many messages
 * were lost, doubled or put together; a run that finds nothing new changes nothing.
 *
 * Nothing here depends on a process living on. What is decided is stored before it is acted upon, and an alarm looks
 * every minute whether the run under way exists and lives: it starts one that never came to be, and gives up one
 * that died without saying so. A workflow may be called running though nobody carries it out any more, so a run is
 * also given up when nothing was heard of it for longer than a try of a step can take.
 *
 * The pointer is moved in here as well, one move after the other, for the run under way and for no other: a run that
 * was given up but has not noticed is refused, and cannot put an older artifact over a newer one.
 */
export class Sequencer extends DurableObject<IngestEnv> implements SequencerCalls {
  #moving: Promise<unknown> = Promise.resolve();

  async notify(because: readonly string[], force = false): Promise<string> {
    const state = this.#state();
    if (state.current !== null) {
      const waiting = state.waiting ?? { because: [], force: false };
      state.waiting = {
        because: [...new Set([...waiting.because, ...because])].slice(0, MOST_BECAUSE),
        force: waiting.force || force,
      };
      this.#save(state);
      return state.current;
    }
    const id = this.#begin(state, [...new Set(because)], force);
    await this.#launch(id);
    return id;
  }

  async reconcile(found: string): Promise<boolean> {
    const { current, settled } = this.#state();
    // The run under way may well be the one that takes them in; the next look will tell.
    if (current !== null || found === settled) return false;
    await this.notify(['cron']);
    return true;
  }

  async report(id: string, step: string, report: StepReport): Promise<void> {
    const { state, record } = this.#underWay(id);
    this.#save({ ...state, heard: systemClock.now() });
    reportStep(record.steps, step, report, this.#now());
    this.ctx.storage.kv.put(id, record);
  }

  publish(id: string, ending: Ending): Promise<Ending> {
    const move = async (): Promise<Ending> => {
      const { state, record } = this.#underWay(id);
      const outcome = await publishRun(this.env, {
        id,
        force: record.force,
        now: systemClock.now(),
        known: state.pointer,
        onMove: (moved) => this.#save({ ...this.#state(), pointer: moved }),
      });
      const settled: Ending = outcome.ok
        ? { ...ending, state: outcome.moved ? 'published' : 'unchanged' }
        : { ...ending, state: 'refused', reasons: outcome.reasons };
      if (this.#state().current === id) this.#save({ ...this.#state(), ending: settled });
      return settled;
    };
    const moved = this.#moving.then(move);
    this.#moving = moved.catch(() => {});
    return moved;
  }

  async finish(id: string, ending: Ending): Promise<void> {
    const next = this.#end(id, ending);
    if (next !== null) await this.#launch(next);
  }

  async runs(): Promise<RunRecord[]> {
    const listed = this.ctx.storage.kv.list({ prefix: RUN, reverse: true, limit: MOST_SHOWN });
    return [...listed].map(([, record]) => record as RunRecord);
  }

  async run(id: string): Promise<RunRecord | null> {
    return this.#record(id);
  }

  /** Looks after the run under way. */
  override async alarm(): Promise<void> {
    if (this.#state().current === null) return;
    await this.ctx.storage.setAlarm(systemClock.now() + WATCH_MS);
    // A move of the pointer that has begun is let come to its end: only then is it known how the run ends.
    await this.#moving;
    const { current, ending, heard } = this.#state();
    if (current === null) return;
    if (systemClock.now() - heard > LONGEST_SILENCE_MS) {
      // Whatever the workflow's status is, and whether or not it can be asked.
      await this.finish(current, ending ?? failure(UNHEARD));
      await this.#terminate(current);
      return;
    }
    const status = await this.#statusOf(current);
    if (status === null) {
      await this.#launch(current);
    } else if (OVER.has(status)) {
      const reason = `the workflow is ${status} and has not said why`;
      await this.finish(current, this.#state().ending ?? failure(reason));
    }
  }

  /** Makes a run the one under way. What it changes is stored at once. @returns its id */
  #begin(state: State, because: string[], force: boolean): string {
    const number = state.number + 1;
    const random = crypto.randomUUID().slice(0, 8);
    const id = `${RUN}${String(number).padStart(8, '0')}-${random}`;
    const record: RunRecord = {
      id,
      state: 'running',
      because: because.slice(0, MOST_BECAUSE),
      force,
      started_at: this.#now(),
      finished_at: null,
      steps: [],
      counts: null,
      quarantined: [],
      version: null,
      reasons: [],
    };
    this.ctx.storage.kv.put(id, record);
    this.#save({ ...state, number, current: id, heard: systemClock.now(), waiting: null, ending: null });
    void this.ctx.storage.setAlarm(systemClock.now() + WATCH_MS);
    this.#forgetOld();
    return id;
  }

  /** Ends the run under way; any other has ended already. @returns the run that begins instead */
  #end(id: string, ending: Ending): string | null {
    const state = this.#state();
    const record = this.#record(id);
    if (state.current !== id || record === null) return null;
    const { taken, ...shown } = ending;
    const finished = { ...record, ...shown, finished_at: this.#now() };
    this.ctx.storage.kv.put(id, finished);
    console.log(runLine(finished, systemClock.now()));
    const free: State = { ...state, current: null, settled: taken ?? state.settled };
    const goesOn = ending.state === 'continued';
    const waiting = goesOn ? (state.waiting ?? GO_ON) : state.waiting;
    // Who asked to go past the guards asked for all files.
    if (waiting !== null)
      return this.#begin(free, waiting.because, waiting.force || (goesOn && record.force));
    this.#save(free);
    return null;
  }

  /** Creates the workflow of a run, unless there is one. When that fails, the alarm does it. */
  async #launch(id: string): Promise<void> {
    try {
      await this.env.INGEST.create({ id, params: {} });
    } catch (error) {
      if ((await this.#statusOf(id)) === null) {
        console.error(`run ${id} could not be started yet: ${String(error)}`);
      }
    }
  }

  /** @returns null where there is no such workflow, or none that can be asked */
  async #statusOf(id: string): Promise<string | null> {
    try {
      return (await (await this.env.INGEST.get(id)).status()).status;
    } catch {
      return null;
    }
  }

  /** Frees what a run that was given up still holds. It may not do anything any more, so it need not succeed. */
  async #terminate(id: string): Promise<void> {
    try {
      await (await this.env.INGEST.get(id)).terminate();
    } catch {}
  }

  /** @throws Error unless a run is the one under way */
  #underWay(id: string): { state: State; record: RunRecord } {
    const state = this.#state();
    const record = this.#record(id);
    if (state.current === id && record !== null) return { state, record };
    throw new Error(`expected the run under way, got ${id}, which has ended or was given up: leave it`);
  }

  #state(): State {
    // A deployment from before may have stored less.
    return { ...INITIAL, ...(this.ctx.storage.kv.get(STATE) as State | undefined) };
  }

  #save(state: State): void {
    this.ctx.storage.kv.put(STATE, state);
  }

  #record(id: string): RunRecord | null {
    return id.startsWith(RUN) ? ((this.ctx.storage.kv.get(id) as RunRecord | undefined) ?? null) : null;
  }

  #forgetOld(): void {
    const all = [...this.ctx.storage.kv.list({ prefix: RUN, reverse: true })];
    for (const [id] of all.slice(MOST_RUNS)) this.ctx.storage.kv.delete(id);
  }

  #now(): string {
    return new Date(systemClock.now()).toISOString();
  }
}

const STATE = 'state';
const RUN = 'run-';
const GO_ON = { because: ['more new files than one run counts'], force: false };
const MINUTES = Math.ceil(LONGEST_SILENCE_MS / 60_000);
const UNHEARD = `expected word of a step within ${MINUTES} minutes, heard none: the next run takes in what this one had, POST /runs starts it`;
/** The ends of a workflow. */
const OVER = new Set(['complete', 'errored', 'terminated']);
