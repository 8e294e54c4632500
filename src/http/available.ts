import type { ArtifactState, LoadedArtifact } from '../store/artifact-store.ts';
import type { Exchange } from './exchange.ts';
import { Problem } from './problem.ts';

/**
 * Has a request answered from an artifact: which one, and its age, is in the headers and the log from here on.
 *
 * @throws Problem no_artifact, with the reason
 */
export function available(state: ArtifactState, exchange: Exchange): LoadedArtifact {
  if (!state.ok) throw new Problem('no_artifact', state.reason);
  exchange.version = state.compiled.table.version;
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
