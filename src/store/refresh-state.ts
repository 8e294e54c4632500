import type { CompiledArtifact } from '../core/decide/compile.ts';
import type { ArtifactState, Fault, LoadedArtifact } from './artifact-store.ts';
import type { Live, Loaded } from './source.ts';

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

/** All that a refreshing store remembers. */
export interface RefreshState {
  /** What is served; null until something is. */
  served: LoadedArtifact | null;
  /** Why the current artifact cannot be got; null when all is well. */
  fault: Fault | null;
  /** When the first load began, in milliseconds since the epoch. */
  firstAsked: number | null;
  /** When the next load may start, on the clock that never goes back. */
  due: number;
  /** The number of the last load that was started, and of the last one that came to an end. */
  started: number;
  ended: number;
}

export const INITIAL: RefreshState = {
  served: null,
  fault: null,
  firstAsked: null,
  due: Number.NEGATIVE_INFINITY,
  started: 0,
  ended: 0,
};

export interface Load {
  number: number;
  /** On the clock that never goes back. */
  begun: number;
}

/** `now` is in milliseconds since the epoch. */
export type RefreshEvent = { now: number } & (
  | { kind: 'load_started'; begun: number }
  | { kind: 'load_ended'; load: Load; loaded: Loaded }
  /** The deadline of a load has passed. */
  | { kind: 'load_late'; load: Load }
  /** A first request does not wait any longer. */
  | { kind: 'gave_up_waiting' }
);

interface Surroundings {
  /** That of the source. */
  origin: string;
  times: Times;
  /** Gives what is bundled, which is not made ready before it is needed. */
  bundled: () => ArtifactState;
}

/** @returns the state after an event. What comes after its deadline is still welcome, unless a later load was faster */
export function afterEvent(
  state: RefreshState,
  event: RefreshEvent,
  { origin, times, bundled }: Surroundings,
): RefreshState {
  const { now } = event;
  switch (event.kind) {
    case 'load_started': {
      const due = event.begun + times.deadline;
      const next = { ...state, started: state.started + 1, firstAsked: state.firstAsked ?? now, due };
      // One whose request was cut off before the deadline went with it, and nothing was heard of it since.
      const isCutOff = state.started > state.ended && state.fault === null;
      return isCutOff ? withFault(next, 'timeout', lateDetail(times)) : next;
    }
    case 'gave_up_waiting':
      return { ...state, served: state.served ?? fallBack(state, bundled(), now) };
    case 'load_late':
      if (state.ended >= event.load.number) return state;
      return failed(state, event.load, 'timeout', lateDetail(times));
    case 'load_ended': {
      const { load, loaded } = event;
      if (load.number < state.ended) return state;
      const ended = { ...state, ended: load.number };
      if (loaded.kind === 'bad') return failed(ended, load, loaded.code, loaded.detail);
      if (loaded.kind === 'current') return confirmed(ended, load, loaded.compiled, origin, loaded.live);
      // The first time, what is bundled is the current artifact. Later it means that something was lost.
      if (state.served?.origin === origin)
        return failed(ended, load, 'missing', 'the pointer is gone: publish again');
      const own = bundled();
      return own.ok
        ? confirmed(ended, load, own.compiled, own.origin, null)
        : failed(ended, load, 'missing', `nothing is published, and ${own.reason}`);
    }
  }

  function confirmed(
    before: RefreshState,
    { begun }: Load,
    compiled: CompiledArtifact,
    from: string,
    live: Live | null,
  ): RefreshState {
    const check = { confirmedAt: now, live, fault: null };
    const served: LoadedArtifact = { ok: true, compiled, origin: from, check };
    return { ...before, served, fault: null, due: begun + times.refresh };
  }

  function failed(before: RefreshState, { begun }: Load, code: string, detail: string): RefreshState {
    const next = withFault(before, code, detail);
    const served = next.served ?? fallBack(next, bundled(), now);
    const wait = served?.origin === origin ? times.refresh : Math.min(times.refresh, times.retry);
    return { ...next, served, due: begun + wait };
  }

  function withFault(before: RefreshState, code: string, detail: string): RefreshState {
    const next = { ...before, fault: { code, detail, since: before.fault?.since ?? now } };
    return { ...next, served: next.served && fallBack(next, next.served, now) };
  }
}

function lateDetail({ deadline }: Times): string {
  return `expected an answer within ${deadline} ms, got none`;
}

/** @returns what is at hand, with what is known of it being the current one */
function fallBack(
  { firstAsked, fault }: RefreshState,
  atHand: ArtifactState,
  now: number,
): LoadedArtifact | null {
  if (!atHand.ok) return null;
  const check = { confirmedAt: firstAsked ?? now, live: null, ...atHand.check, fault };
  return { ...atHand, check };
}
