import type { CompiledArtifact } from '../core/decide/compile.ts';
import type { Exchange } from '../http/exchange.ts';
import { Problem } from '../http/problem.ts';

/** What the service answers from, or why it has nothing to answer from. */
export type ArtifactState =
  | {
      ok: true;
      compiled: CompiledArtifact;
      /** Where the artifact came from, for people: "bundled", "kv", "file", "url". */
      origin: string;
      /** What is known of it being the current one; absent where there is no other that it could be. */
      check?: Check;
    }
  | { ok: false; reason: string };

export type LoadedArtifact = Extract<ArtifactState, { ok: true }>;

/** The last time that the place where artifacts come from was asked, and what came of it. */
export interface Check {
  /**
   * When it was last made sure that this is the current artifact; where that never was, when the store was first
   * asked for one. In milliseconds since the epoch.
   */
  confirmedAt: number;
  /** Since when it is live, as the pointer says. */
  publishedAt: string | null;
  /** Why that could not be made sure since; null when all is well. */
  fault: Fault | null;
}

/** What keeps a store from getting the current artifact. */
export interface Fault {
  /** Stable, for programs. */
  code: string;
  /** A sentence for the log. It may quote what came. */
  detail: string;
  /** Milliseconds since the epoch. */
  since: number;
}

/** Where artifacts come from. */
export interface ArtifactStore {
  /**
   * Called by each request that needs an artifact. Once there is one in memory, however old, it is returned as it
   * is: no I/O and no promise; a refresh that is due is started here and goes on behind the answer. Only a store
   * that has not loaded anything yet returns a promise. It never throws and never rejects.
   */
  current(): ArtifactState | Promise<ArtifactState>;
}

/**
 * Has a request answered from an artifact: which one, and its age, is in the headers and the log from here on.
 *
 * @throws Problem no_artifact, with the reason
 */
export function available(state: ArtifactState, exchange: Exchange): LoadedArtifact {
  if (!state.ok) throw new Problem('no_artifact', state.reason);
  exchange.version = state.compiled.artifact.version;
  exchange.age = ageOf(state, exchange.now);
  return state;
}

/**
 * The age of an artifact, in the sense of the Age header of RFC 9111: the whole seconds since it was last confirmed
 * at its origin that this is the current one. What is bundled and has no other origin is always current.
 *
 * @param now milliseconds since the epoch
 */
function ageOf({ check }: LoadedArtifact, now: number): number {
  return check === undefined ? 0 : Math.max(0, Math.floor((now - check.confirmedAt) / 1000));
}
