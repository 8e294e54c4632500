import type { Run } from '../api/runs.ts';
import { newsOfMove } from '../core/publish/news.ts';
import {
  type Change,
  type ChangeOutcome,
  change,
  changeOutcome,
  livePointer,
} from '../core/publish/publish.ts';
import { ecsLine } from '../platform/ecs.ts';
import { LONGEST_SILENCE_MS, type RunEngine } from './engine.ts';
import { UPLOADS } from './names.ts';
import { Outbox, type OutboxParts } from './outbox.ts';
import { type PublishParts, publishRun } from './publish.ts';
import {
  type Ending,
  failure,
  newsOfRun,
  runLine,
  type StepReport,
  settledBy,
  type UploadRecord,
  withSetAside,
} from './record.ts';
import { RunBook } from './run-book.ts';
import { UploadBook } from './upload-book.ts';

/** What a {@link Sequence} works with. */
export interface SequenceParts extends OutboxParts, PublishParts {
  engine: RunEngine;
  /** Has {@link Sequence.watch} called at a time, in milliseconds since the epoch. A later call replaces an earlier one. */
  wakeAt(time: number): void | Promise<void>;
}

/** Milliseconds between two looks at whether the run under way is alive. */
const WATCH_MS = 60_000;

/**
 * Lets one run go on at a time, and is the only writer of the pointer besides the command line. What arrives during a run
 * is left to one more run, which begins when that one ends. Requests with force go to another run after it. A run begins
 * by listing the bucket, so some run takes in every file, however many messages were lost, doubled or joined. A run that
 * finds nothing new changes nothing.
 *
 * Any process may die at any time. Decisions are stored before they are carried out, and {@link watch} checks every minute
 * that the run under way exists and is alive: it restarts a run that never started, and fails one that stopped reporting.
 * A platform may say that a workflow is running when nothing carries it out any more, so a run also fails when it was
 * silent for longer than an attempt of a step can take.
 *
 * Moves of the pointer are made here too, one after the other, and only for the run under way: a run that was given up
 * but has not noticed is refused, so it cannot put an older artifact over a newer one.
 */
export class Sequence {
  readonly #parts: SequenceParts;
  readonly #book: RunBook;
  readonly #uploads: UploadBook;
  readonly #outbox: Outbox;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(parts: SequenceParts) {
    this.#parts = parts;
    this.#book = new RunBook(parts.storage, parts.clock);
    this.#uploads = new UploadBook(parts.storage);
    this.#outbox = new Outbox(parts);
  }

  /**
   * Something changed in the bucket.
   *
   * @param asked `force` publishes past the guards; `by` are the operators who had it started
   * @returns the id of a run that lists the bucket after this moment; it waits while another run is under way
   */
  async notify(
    because: readonly string[],
    { force = false, by = [] }: { force?: boolean; by?: readonly string[] } = {},
  ): Promise<string> {
    const { state } = this.#book.ledger();
    if (state.phase === 'idle') {
      const id = this.#book.create(because, force, by);
      await this.#begin(id);
      return id;
    }
    return this.#book.wait(because, force, by);
  }

  /** Starts a run when the uploads are not the ones last taken in. @param found their fingerprint */
  async reconcile(found: string): Promise<boolean> {
    this.#outbox.again();
    await this.#outbox.tellOfAge(this.#book.ledger().pointer);
    const { state, settled, heldBack, pointer } = this.#book.ledger();
    // The run under way may take them in; the next look will show it.
    if (state.phase !== 'idle') return false;
    const free = heldBack && ((await livePointer(this.#parts.versions, pointer))?.hold ?? null) === null;
    if (found === settled && !free) return false;
    await this.notify([free ? 'nothing is held any more' : 'cron']);
    return true;
  }

  /**
   * Records how a step goes, and that the run is alive.
   *
   * @throws Error for a run that is no longer under way: it must do nothing more
   */
  async report(id: string, step: string, report: StepReport): Promise<void> {
    this.#book.report(id, step, report);
  }

  /**
   * Moves the pointer to the artifact of a run, if the guards let it pass.
   *
   * @param ending what is known of the run so far
   * @returns how it ends
   * @throws Error as {@link report}
   */
  publish(id: string, ending: Ending): Promise<Ending> {
    return this.#oneAtATime(async () => {
      const { record } = this.#book.underWay(id);
      const outcome = await publishRun(this.#parts, record, {
        now: this.#parts.clock.now(),
        known: this.#book.ledger().pointer,
        onMove: (pointer) => this.#book.save({ pointer }),
      });
      const settled = settledBy(outcome, ending, { force: record.force, uploads: this.#uploads.all() });
      const { state } = this.#book.ledger();
      if (state.phase !== 'idle' && state.id === id) {
        this.#book.save({ state: { ...state, phase: 'ending', ending: settled } });
      }
      return settled;
    });
  }

  /** Ends the run under way, and begins the next one; any other run has ended already. */
  async finish(id: string, given: Ending): Promise<void> {
    const { state, settled } = this.#book.ledger();
    const record = this.#book.find(id);
    if (state.phase === 'idle' || state.id !== id || record === null) return;
    const ending = withSetAside(given);
    // The next run has force too, because it was asked for all files.
    if (ending.state === 'continued')
      this.#book.wait(['more new files than one run counts'], record.force, record.by);
    const [next = null, ...others] = this.#book.waiting();
    this.#close(id, ending);
    this.#uploads.settle(id, ending);
    const heldBack = ending.taken === null ? this.#book.ledger().heldBack : ending.state === 'held';
    this.#book.save({ settled: ending.taken ?? settled, heldBack, state: { phase: 'idle' } });
    if (next !== null) await this.#begin(next, others);
  }

  /** Rolls back, holds or releases, for an operator. @param by their name */
  change(asked: Change, by: string, reason: string | null): Promise<ChangeOutcome> {
    return this.#oneAtATime(async () => {
      const { versions, bundled, clock } = this.#parts;
      const mover = { by, reason, now: clock.now(), known: this.#book.ledger().pointer, bundled };
      const outcome = await changeOutcome(change(versions, asked, mover));
      if (!outcome.ok) return outcome;
      this.#book.save({ pointer: outcome.moved.pointer });
      this.#outbox.add(newsOfMove(outcome.moved));
      // What was held back may go live now. Without uploads a run would only be refused.
      if (asked.action === 'release' && (await this.#hasUploads()))
        await this.notify(['what was held is released'], { by: [by] });
      return outcome;
    });
  }

  async #hasUploads(): Promise<boolean> {
    const { bucket } = this.#parts;
    // The release is done, whether the bucket answers or not.
    const page = await bucket.list({ prefix: UPLOADS }).catch(() => null);
    return page === null || page.objects.length > 0;
  }

  /** What is known of the uploads. */
  async uploads(): Promise<UploadRecord[]> {
    return this.#uploads.all();
  }

  /**
   * Has an upload that is set aside join the history, past the guards, and starts the run that takes it in.
   *
   * @param etag of the version that the operator means
   * @returns why not, or the id of the run
   */
  async accept(
    name: string,
    etag: string,
    by: string,
  ): Promise<{ ok: true; id: string } | { ok: false; message: string }> {
    const message = this.#uploads.accept(name, etag);
    if (message !== null) return { ok: false, message };
    return { ok: true, id: await this.notify([`accepted ${name}`], { force: true, by: [by] }) };
  }

  /** Makes the next run look at an upload again, or forget it if it is deleted. */
  async forget(name: string): Promise<void> {
    this.#uploads.forget(name);
  }

  /**
   * Ends a run by hand, whether it waits, goes on or is stuck. One that has published keeps that ending.
   *
   * @param by who ends it
   * @returns the run as it then is; null where there is no such run
   */
  async cancel(id: string, by: string): Promise<Run | null> {
    // As in watch: a move of the pointer that has begun is finished.
    await this.#moving;
    const { state } = this.#book.ledger();
    const why = `${by} ended it`;
    if (state.phase !== 'idle' && state.id === id) await this.#stop(id, why);
    else if (state.phase !== 'idle' && state.next.includes(id)) {
      this.#book.save({ state: { ...state, next: state.next.filter((other) => other !== id) } });
      this.#close(id, failure(why));
    }
    return this.#book.find(id);
  }

  /** The newest first. */
  async runs(): Promise<Run[]> {
    return this.#book.all();
  }

  async run(id: string): Promise<Run | null> {
    return this.#book.find(id);
  }

  /** Checks the run under way. The engine calls it at the time that `wakeAt` asked for. */
  async watch(): Promise<void> {
    this.#outbox.again();
    if (this.#book.ledger().state.phase === 'idle') return;
    await this.#parts.wakeAt(this.#parts.clock.now() + WATCH_MS);
    // A move of the pointer that has begun is finished: only then is it known how the run ends.
    await this.#moving;
    const { state } = this.#book.ledger();
    if (state.phase === 'idle') return;
    const { id } = state;
    // Also if the engine calls it running, or cannot be asked.
    if (this.#parts.clock.now() - state.heard > LONGEST_SILENCE_MS) return await this.#stop(id, UNHEARD);
    const found = await this.#statusOf(id);
    if (found === null) await this.#launch(id);
    else if (found.over) await this.#giveUp(id, `the workflow is ${found.status} and did not say why`);
  }

  /** Ends a run that does not report how it ended: as it published, or else as one that failed. */
  async #giveUp(id: string, why: string): Promise<void> {
    const { state } = this.#book.ledger();
    const hasPublished = state.phase === 'ending' && state.id === id;
    await this.finish(id, hasPublished ? state.ending : failure(why));
  }

  /** Gives a run up, and frees what it still holds. It can do no harm any more, so that need not succeed. */
  async #stop(id: string, why: string): Promise<void> {
    await this.#giveUp(id, why);
    await this.#parts.engine.stop(id).catch(() => {});
  }

  /** Moves of the pointer are made one after the other. */
  #oneAtATime<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(move);
    this.#moving = moved.catch(() => {});
    return moved;
  }

  /** Makes a run that waits the one under way. @param next those that go on waiting */
  async #begin(id: string, next: readonly string[] = []): Promise<void> {
    this.#book.begin(id, next);
    void this.#parts.wakeAt(this.#parts.clock.now() + WATCH_MS);
    await this.#launch(id);
  }

  /** Records how a run ended, and reports it. */
  #close(id: string, ending: Ending): void {
    const record = this.#book.close(id, ending);
    this.#parts.log(runLine(record, this.#parts.clock.now()));
    this.#outbox.add(newsOfRun(record, this.#book.ledger().pointer));
  }

  /** Starts a run, unless it was started already. When that fails, the next {@link watch} does it. */
  async #launch(id: string): Promise<void> {
    const { engine, clock, log } = this.#parts;
    try {
      await engine.start(id);
    } catch (error) {
      if ((await this.#statusOf(id)) !== null) return;
      const fields = { 'event.action': 'ingest', 'voucher.run': id, 'error.message': String(error) };
      log(ecsLine(clock.now(), 'error', 'a run could not be started yet', fields));
    }
  }

  async #statusOf(id: string): Promise<{ over: boolean; status: string } | null> {
    return this.#parts.engine.status(id).catch(() => null);
  }
}

const MINUTES = Math.ceil(LONGEST_SILENCE_MS / 60_000);
const UNHEARD = `no step of it reported within ${MINUTES} minutes: the next run takes in what this one had, POST /runs starts it`;

/** What triggers, runs and routes ask of it. */
export type SequencerCalls = Omit<Sequence, 'watch'>;
