import type { Decision } from '../core/decide.ts';
import type { Answer } from '../http/endpoint.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';

/** What routes work with. */
export interface Dependencies {
  store: ArtifactStore;
  /** Seconds of age after which /ready calls the artifact stale. */
  staleAfter: number;
  /** Told of every decision. */
  record: ((country: string, decision: Decision) => void) | undefined;
}

/** One method of one path. A GET answers HEAD as well. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  answer: Answer;
}
