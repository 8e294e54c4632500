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
  /** When the store was first asked, in milliseconds since the epoch. */
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

/** A load, and what was served when it began: another one may end before it does. */
export interface Load {
  number: number;
  /** On the clock that never goes back. */
  begun: number;
  held: CompiledArtifact | null;
}

/** `own` gives what is bundled, which is not made ready before it is needed; `now` is in milliseconds since the epoch. */
export type RefreshEvent = { now: number } & (
  | { kind: 'asked' }
  | { kind: 'load_started'; begun: number }
  | { kind: 'load_ended'; load: Load; loaded: Loaded; own: () => ArtifactState }
  /** The deadline of a load has passed. */
  | { kind: 'load_late'; load: Load; own: () => ArtifactState }
  /** A first request does not wait any longer. */
  | { kind: 'gave_up_waiting'; own: () => ArtifactState }
);

/**
 * @param origin that of the source
 * @returns the state after an event. What comes after its deadline is still welcome, unless a later load was faster
 */
export function afterEvent(
  state: RefreshState,
  event: RefreshEvent,
  { origin, times }: { origin: string; times: Times },
): RefreshState {
  const { now } = event;
  switch (event.kind) {
    case 'asked':
      return { ...state, firstAsked: state.firstAsked ?? now };
    case 'load_started': {
      const started = { ...state, started: state.started + 1, due: event.begun + times.deadline };
      // One whose request was cut off before the deadline went with it, and nothing was heard of it since.
      return state.started > state.ended && state.fault === null ? late(started, now) : started;
    }
    case 'gave_up_waiting':
      return { ...state, served: state.served ?? fallBack(state, event.own(), now) };
    case 'load_late': {
      const { load, own } = event;
      if (state.ended >= load.number) return state;
      return failed(state, { load, own, now }, 'timeout', lateDetail(times));
    }
    case 'load_ended': {
      const { load, loaded, own } = event;
      if (load.number < state.ended) return state;
      const ended = { ...state, ended: load.number };
      if (loaded.kind === 'bad') return failed(ended, event, loaded.code, loaded.detail);
      if (loaded.kind === 'nothing') {
        // The first time, what is bundled is the current artifact. Later it means that something was lost.
        if (state.served?.origin === origin)
          return failed(ended, event, 'missing', 'the pointer is gone: publish again');
        const bundled = own();
        if (!bundled.ok)
          return failed(ended, event, 'missing', `nothing is published, and ${bundled.reason}`);
        return confirmed(ended, event, bundled.compiled, bundled.origin, null);
      }
      const compiled = loaded.kind === 'new' ? loaded.compiled : load.held;
      return compiled === null ? ended : confirmed(ended, event, compiled, origin, loaded.live);
    }
  }

  function late(before: RefreshState, at: number): RefreshState {
    const next = { ...before, fault: { code: 'timeout', detail: lateDetail(times), since: at } };
    return { ...next, served: next.served && fallBack(next, next.served, at) };
  }

  function confirmed(
    before: RefreshState,
    { load }: { load: Load },
    compiled: CompiledArtifact,
    from: string,
    live: Live | null,
  ): RefreshState {
    const check = { confirmedAt: now, live, fault: null };
    const served: LoadedArtifact = { ok: true, compiled, origin: from, check };
    return { ...before, served, fault: null, due: load.begun + times.refresh };
  }

  function failed(
    before: RefreshState,
    { load, own, now: at }: { load: Load; own: () => ArtifactState; now: number },
    code: string,
    detail: string,
  ): RefreshState {
    const fault = { code, detail, since: before.fault?.since ?? at };
    const next = { ...before, fault };
    const served = fallBack(next, before.served ?? own(), at);
    const wait = served?.origin === origin ? times.refresh : Math.min(times.refresh, times.retry);
    return { ...next, served, due: load.begun + wait };
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
