import type { ReadStatistics } from '../core/artifact/statistics.ts';
import type { Table } from '../core/artifact/table.ts';
import type { CompiledArtifact } from '../core/decide/compile.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { ArtifactState, ArtifactStore, Check, Fault, LoadedArtifact } from './artifact-store.ts';
import type { ArtifactSource, Loaded } from './source.ts';
import { faultLine, liveLine } from './store-line.ts';

export interface RefreshingOptions {
  source: ArtifactSource;
  /** What is served until the source has something to serve. */
  bundled: ArtifactStore;
  clock: Clock;
  log: Log;
  /** Keeps the isolate alive until a refresh behind an answer has ended. */
  waitUntil: (refresh: Promise<void>) => void;
  /** Waits for some milliseconds. */
  sleep?: (milliseconds: number) => Promise<void>;
  times?: Partial<Times>;
}

/** In milliseconds. */
export interface Times {
  /** Between two looks for a newer artifact. */
  refresh: number;
  /** Between two looks as long as nothing could be got at all: what is bundled may be old. */
  retry: number;
  /** How long a request waits where nothing was ever loaded, before it is answered from the bundled artifact. */
  patience: number;
  /** When a load counts as failed, and another may be tried. */
  deadline: number;
}

export const TIMES: Times = { refresh: 30_000, retry: 5_000, patience: 100, deadline: 10_000 };

/** How often a first request looks whether another one has loaded the artifact by now. */
const LOOK_MS = 10;

/**
 * A store that keeps the artifact of a source in memory, and serves it while it looks behind the answer whether
 * there is a newer one (stale-while-revalidate, RFC 5861). No request waits for a look once anything was loaded, not
 * even after hours without one. It keeps the last good one through whatever happens.
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
  const { source, bundled, clock, log, waitUntil, sleep = timer } = options;
  const times = { ...TIMES, ...options.times };
  let state: LoadedArtifact | null = null;
  let fault: Fault | null = null;
  let firstAsked: number | null = null;
  /** When the next load may start, on the clock that never goes back. */
  let due = Number.NEGATIVE_INFINITY;
  /** The number of the last load that was started, and of the last one that came to an end. */
  let started = 0;
  let ended = 0;

  function current(): ArtifactState | Promise<ArtifactState> {
    if (state === null) return looked();
    if (clock.elapsed() >= due) waitUntil(load());
    return state;
  }

  async function looked(): Promise<ArtifactState> {
    firstAsked ??= clock.now();
    if (clock.elapsed() >= due) {
      const loading = load();
      waitUntil(loading);
      await Promise.race([loading, sleep(times.patience)]);
    } else {
      const isWaiting = () => state === null;
      for (let waited = 0; isWaiting() && waited < times.patience; waited += LOOK_MS) await sleep(LOOK_MS);
    }
    return state ?? (await fallBack());
  }

  /** Loads once; it never rejects. */
  async function load(): Promise<void> {
    const number = ++started;
    const begun = clock.elapsed();
    due = begun + times.deadline;
    const held = state?.compiled;
    const loading = attempt(held).then((loaded) => end(number, begun, held, loaded));
    const late = sleep(times.deadline).then(() => {
      if (ended < number)
        return fail(begun, 'timeout', `expected an answer within ${times.deadline} ms, got none`);
    });
    // What comes after the deadline is still welcome, unless a later load was faster.
    await Promise.race([loading, late]);
  }

  async function attempt(held: CompiledArtifact | undefined): Promise<Loaded> {
    try {
      return await source.load(held ?? null);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { kind: 'bad', code: 'unreachable', detail };
    }
  }

  /** @param held what was served when the load began: another load may have ended since */
  async function end(
    number: number,
    begun: number,
    held: CompiledArtifact | undefined,
    loaded: Loaded,
  ): Promise<void> {
    if (number < ended) return;
    ended = number;
    if (loaded.kind === 'bad') return fail(begun, loaded.code, loaded.detail);
    if (loaded.kind === 'nothing') return endWithNothing(begun);
    const compiled = loaded.kind === 'new' ? loaded.compiled : held;
    if (compiled !== undefined) confirm(begun, { compiled, origin: source.origin }, loaded.publishedAt);
  }

  /** The first time, what is bundled is the current artifact. Later it means that something was lost. */
  async function endWithNothing(begun: number): Promise<void> {
    if (state?.origin === source.origin) return fail(begun, 'missing', 'expected a pointer, found none');
    const own = await bundled.current();
    if (!own.ok) return fail(begun, 'missing', `nothing is published, and ${own.reason}`);
    confirm(begun, own, null);
  }

  function confirm(
    begun: number,
    { compiled, origin }: Pick<LoadedArtifact, 'compiled' | 'origin'>,
    publishedAt: string | null,
  ): void {
    const before = state;
    const healed = fault !== null;
    fault = null;
    due = begun + times.refresh;
    state = { ok: true, compiled, origin, check: { confirmedAt: clock.now(), publishedAt, fault } };
    const other = before?.compiled !== compiled && (before !== null || origin === source.origin);
    if (healed || other) log(liveLine(clock.now(), state, before));
  }

  async function fail(begun: number, code: string, detail: string): Promise<void> {
    const now = clock.now();
    const known = fault?.code === code;
    fault = { code, detail, since: fault?.since ?? now };
    if (state === null) await fallBack();
    else state = { ...state, check: { ...checkOf(state), fault } };
    if (!known) log(faultLine(now, source.origin, fault, state));
    due = begun + (state?.origin === source.origin ? times.refresh : Math.min(times.refresh, times.retry));
  }

  /** Has what is bundled served, until something comes. */
  async function fallBack(): Promise<ArtifactState> {
    const own = await bundled.current();
    if (state === null && own.ok) {
      state = { ...own, check: checkOf(own) };
    }
    return state ?? own;
  }

  function checkOf({ check }: LoadedArtifact): Check {
    return { confirmedAt: firstAsked ?? clock.now(), publishedAt: null, ...check, fault };
  }

  async function statistics(table: Table): Promise<ReadStatistics> {
    const own = await bundled.current();
    if (own.ok && own.compiled.table === table) return bundled.statistics(table);
    try {
      return await source.statistics(table);
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  return { current, statistics };
}

function timer(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
