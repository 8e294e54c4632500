import type { Answer } from '../http/endpoint.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';

/** What routes work with. */
export interface Dependencies {
  store: ArtifactStore;
}

/** One method of one path. A GET answers HEAD as well. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  answer: Answer;
}
