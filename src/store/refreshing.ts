import type { ReadStatistics } from '../core/artifact/statistics.ts';
import type { Table } from '../core/artifact/table.ts';
import type { CompiledArtifact } from '../core/decide/compile.ts';
import { messageOf } from '../core/errors.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { Log } from '../platform/ecs.ts';
import type { ArtifactState, ArtifactStore } from './artifact-store.ts';
import type { BundledStore } from './bundled.ts';
import { afterEvent, INITIAL, type RefreshEvent, type Times } from './refresh-state.ts';
import type { ArtifactSource, Loaded } from './source.ts';
import { faultLine, liveLine } from './store-line.ts';

interface RefreshingOptions {
  source: ArtifactSource;
  /** What is served until the source has something to serve. */
  bundled: BundledStore;
  clock: Clock;
  log: Log;
  /** Keeps the isolate alive until a refresh that outlives its answer has ended. */
  waitUntil: (refresh: Promise<void>) => void;
  /** Waits for some milliseconds. */
  sleep?: (milliseconds: number) => Promise<void>;
  times?: Partial<Times>;
}

export const TIMES: Times = { refresh: 30_000, retry: 5_000, patience: 100, deadline: 10_000 };

/** How often a first request looks whether another one has loaded the artifact by now. */
const LOOK_MS = 10;

/**
 * A store that keeps the artifact of a source in memory, and serves it while it looks after the answer whether
 * there is a newer one (stale-while-revalidate, RFC 5861). No request waits for a look once anything was loaded, not
 * even after hours without one. It always keeps the last good one.
 *
 * What this means for a version that was withdrawn: an isolate that had no requests may answer from it until its next
 * look ends. The first request starts that look, so it is a matter of milliseconds; a look that gets no answer fails
 * after `deadline`, the next is tried after `refresh`, and until one succeeds answers say their age.
 *
 * What is kept is the artifact, never the promise of one: a promise belongs to the request that made it, and when
 * that request is cut off, all that wait for it would hang. For the same reason a load in progress is known by the
 * time at which it stops to count, not by a flag, which would stay set.
 */
export function refreshingStore(options: RefreshingOptions): ArtifactStore {
  const { source, bundled, clock, log, waitUntil, sleep: wait = sleep } = options;
  const times = { ...TIMES, ...options.times };
  let state = INITIAL;

  /** Takes in what has happened, and tells the log of a new kind of fault, of its end, and of another artifact. */
  function happened(event: RefreshEvent): void {
    const before = state;
    state = afterEvent(before, event, { origin: source.origin, times, bundled: bundled.current });
    const { served, fault } = state;
    if (fault !== null && fault.code !== before.fault?.code) {
      log(faultLine(event.now, source.origin, fault, served));
    } else if (fault === null && served !== null) {
      const isOther = served.compiled !== before.served?.compiled;
      const isNews = isOther && (before.served !== null || served.origin === source.origin);
      if (isNews || before.fault !== null) log(liveLine(event.now, served, before.served));
    }
  }

  function current(): ArtifactState | Promise<ArtifactState> {
    if (state.served === null) return looked();
    if (clock.elapsed() >= state.due) waitUntil(load());
    return state.served;
  }

  async function looked(): Promise<ArtifactState> {
    if (clock.elapsed() >= state.due) {
      const loading = load();
      waitUntil(loading);
      await Promise.race([loading, wait(times.patience)]);
    } else {
      const isWaiting = () => state.served === null;
      for (let waited = 0; isWaiting() && waited < times.patience; waited += LOOK_MS) await wait(LOOK_MS);
    }
    if (state.served !== null) return state.served;
    happened({ kind: 'gave_up_waiting', now: clock.now() });
    return state.served ?? bundled.current();
  }

  /** Loads once; it never rejects. */
  async function load(): Promise<void> {
    const begun = clock.elapsed();
    happened({ kind: 'load_started', begun, now: clock.now() });
    const load = { number: state.started, begun };
    const loading = attempt(state.served?.compiled ?? null).then((loaded) => {
      happened({ kind: 'load_ended', load, loaded, now: clock.now() });
    });
    const late = wait(times.deadline).then(() => {
      happened({ kind: 'load_late', load, now: clock.now() });
    });
    await Promise.race([loading, late]);
  }

  async function attempt(held: CompiledArtifact | null): Promise<Loaded> {
    try {
      return await source.load(held);
    } catch (error) {
      const detail = messageOf(error);
      return { kind: 'bad', code: 'unreachable', detail };
    }
  }

  async function statistics(table: Table): Promise<ReadStatistics> {
    const own = bundled.current();
    if (own.ok && own.compiled.table === table) return bundled.statistics(table);
    try {
      return await source.statistics(table);
    } catch (error) {
      return { ok: false, detail: messageOf(error) };
    }
  }

  return { current, statistics };
}

/** Seconds as text, each from 0 up, with or without a fraction; empty and missing ones have their defaults. */
export interface RefreshVariables {
  /** Between two looks for a newer artifact. */
  REFRESH_SECONDS?: string | undefined;
  /** How long a request waits where nothing was ever loaded, before it is answered from the bundled artifact. */
  FIRST_WAIT_SECONDS?: string | undefined;
}

/**
 * @returns the times of a store, as the deployment sets them
 * @throws Error for what is not a number of seconds
 */
export function refreshTimes(variables: RefreshVariables): Pick<Times, 'refresh' | 'patience'> {
  return {
    refresh: milliseconds('REFRESH_SECONDS', variables.REFRESH_SECONDS) ?? TIMES.refresh,
    patience: milliseconds('FIRST_WAIT_SECONDS', variables.FIRST_WAIT_SECONDS) ?? TIMES.patience,
  };
}

function milliseconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds * 1000;
  throw new Error(`${name}: expected a number of seconds, got ${JSON.stringify(text)}`);
}
