import type { CompiledArtifact } from '../core/compile.ts';
import { Problem } from '../http/problem.ts';

/** What the service answers from, or why it has nothing to answer from. */
export type ArtifactState =
  | {
      ok: true;
      compiled: CompiledArtifact;
      /** Where the artifact came from, for people: "bundled". */
      origin: string;
    }
  | { ok: false; reason: string };

export type LoadedArtifact = Extract<ArtifactState, { ok: true }>;

/** Where artifacts come from. */
export interface ArtifactStore {
  /**
   * Called by each request that needs an artifact. Once there is one in memory, however old, it is returned as it
   * is: no I/O and no promise; a refresh that is due is started here and goes on behind the answer. Only a store
   * that has not loaded anything yet returns a promise. It never throws and never rejects.
   */
  current(): ArtifactState | Promise<ArtifactState>;
}

/** @throws Problem no_artifact, with the reason */
export function available(state: ArtifactState): LoadedArtifact {
  if (state.ok) return state;
  throw new Problem('no_artifact', state.reason);
}
