import type { Run } from '../api/runs.ts';
import type { Entry } from '../core/publish/pointer.ts';
import type { Clock } from '../platform/clock.ts';
import type { RunStorage } from './bindings.ts';
import { aheadWarnings, type Ending, nothingYet, reportStep, type StepReport } from './record.ts';

/** Which run is under way, and how far it has got. */
export type State =
  | { phase: 'idle' }
  | ({ phase: 'running' } & UnderWay)
  /** It has published; it may die before it can say so. */
  | ({ phase: 'ending'; ending: Ending } & UnderWay);

interface UnderWay {
  id: string;
  /** When it last gave a sign of life: it began, or an attempt of a step began or ended. Milliseconds since the epoch. */
  heard: number;
  /** The runs that begin when this one ends, in their order: at most one without force, then one with force. */
  next: readonly string[];
}

/** What is kept from run to run. */
interface Ledger {
  /** Runs that were ever made. */
  number: number;
  /** The fingerprint of the uploads that were last taken in or refused. */
  settled: string | null;
  /** Whether that did not go live because of a hold. */
  heldBack: boolean;
  /** The pointer as it was last moved here. */
  pointer: Entry | null;
  state: State;
}

const INITIAL: Ledger = {
  number: 0,
  settled: null,
  heldBack: false,
  pointer: null,
  state: { phase: 'idle' },
};

const LEDGER = 'ledger';
const RUN = 'run-';
const MOST_RUNS = 200;
const MOST_SHOWN = 50;
const MOST_BECAUSE = 20;

/** The runs, and which of them is under way or waits. All of it is stored at once. */
export class RunBook {
  readonly #storage: RunStorage;
  readonly #clock: Clock;

  constructor(storage: RunStorage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  ledger(): Ledger {
    return (this.#storage.get(LEDGER) as Ledger | undefined) ?? INITIAL;
  }

  save(change: Partial<Ledger>): void {
    this.#storage.put(LEDGER, { ...this.ledger(), ...change });
  }

  /** @returns the last runs, the newest first */
  all(): Run[] {
    const listed = this.#storage.list({ prefix: RUN, reverse: true, limit: MOST_SHOWN });
    return [...listed].map(([, record]) => record as Run);
  }

  find(id: string): Run | null {
    return id.startsWith(RUN) ? ((this.#storage.get(id) as Run | undefined) ?? null) : null;
  }

  /** @throws Error unless a run is the one under way */
  underWay(id: string): { state: Exclude<State, { phase: 'idle' }>; record: Run } {
    const { state } = this.ledger();
    const record = this.find(id);
    if (state.phase !== 'idle' && state.id === id && record !== null) return { state, record };
    throw new Error(`run ${id} is not under way: it has ended or was given up`);
  }

  /** @returns the id of a new run, which waits */
  create(because: readonly string[], force: boolean, by: readonly string[]): string {
    const number = this.ledger().number + 1;
    const random = crypto.randomUUID().slice(0, 8);
    const id = `${RUN}${String(number).padStart(8, '0')}-${random}`;
    this.save({ number });
    this.#keep({
      id,
      state: 'waiting',
      because: [...new Set(because)].slice(0, MOST_BECAUSE),
      force,
      by: [...new Set(by)],
      started_at: this.#now(),
      finished_at: null,
      steps: [],
      ...nothingYet(),
    });
    this.#forgetOld();
    return id;
  }

  /**
   * Makes a run that waits for the one under way, or adds to one that waits already. A run without force never shares
   * with one that has it, and goes first: what the guards object to in it is then set aside, and not forced by the other.
   *
   * @returns its id
   */
  wait(because: readonly string[], force: boolean, by: readonly string[]): string {
    const { state } = this.ledger();
    if (state.phase === 'idle') throw new Error('no run is under way to wait for');
    const waiting = state.next.map((id) => this.find(id)).find((record) => record?.force === force);
    if (!waiting) {
      const id = this.create(because, force, by);
      this.save({ state: { ...state, next: force ? [...state.next, id] : [id, ...state.next] } });
      return id;
    }
    const all = [...new Set([...waiting.because, ...because])].slice(0, MOST_BECAUSE);
    this.#keep({ ...waiting, because: all, by: [...new Set([...waiting.by, ...by])] });
    return waiting.id;
  }

  /** Makes a run that waits the one under way. @param next those that go on waiting */
  begin(id: string, next: readonly string[] = []): void {
    const record = this.find(id);
    if (record === null) throw new Error(`there is no run ${id} to begin`);
    this.#keep({ ...record, state: 'running', started_at: this.#now() });
    this.save({ state: { phase: 'running', id, heard: this.#clock.now(), next } });
  }

  /** Records how a step of the run under way goes, and that the run is alive. @throws Error as {@link underWay} */
  report(id: string, step: string, report: StepReport): void {
    const { state, record } = this.underWay(id);
    this.save({ state: { ...state, heard: this.#clock.now() } });
    reportStep(record.steps, step, report, this.#now());
    this.#keep(record);
  }

  /** @returns the runs that wait, in their order */
  waiting(): readonly string[] {
    const { state } = this.ledger();
    return state.phase === 'idle' ? [] : state.next;
  }

  /** Records how a run ended, and with it a step that was still going on. @returns the run as it then is */
  close(id: string, { taken: _, ...shown }: Ending): Run {
    const record = this.find(id);
    if (record === null) throw new Error(`there is no run ${id} to end`);
    const at = this.#now();
    const reason = 'its run ended';
    for (const { name, state } of record.steps) {
      if (state === 'running') reportStep(record.steps, name, { state: 'failed', reason }, at);
    }
    const warnings = [...shown.warnings, ...aheadWarnings(shown.looked_at, this.#clock.now())];
    const finished = { ...record, ...shown, warnings, finished_at: at };
    this.#keep(finished);
    return finished;
  }

  #keep(record: Run): void {
    this.#storage.put(record.id, record);
  }

  #forgetOld(): void {
    const all = [...this.#storage.list({ prefix: RUN, reverse: true })];
    for (const [id] of all.slice(MOST_RUNS)) this.#storage.delete(id);
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
