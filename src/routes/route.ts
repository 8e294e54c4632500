import type { Decision } from '../core/decide/decide.ts';
import type { Guard } from '../http/admin.ts';
import type { Answer } from '../http/endpoint.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import type { Publishing } from './versions.ts';

/** What routes work with. */
export interface Dependencies {
  store: ArtifactStore;
  /** Seconds of age after which /ready calls the artifact stale. */
  staleAfter: number;
  /** Told of every decision. */
  record: ((country: string, decision: Decision) => void) | undefined;
  /** Lets callers in; undefined where anybody may come. */
  admit: Guard | undefined;
  /** Lets operators in. */
  admin: Guard;
  ingestion: Ingestion | undefined;
  /** Where versions are kept; undefined where there is no such place. */
  publishing: Publishing | undefined;
}

/** One method of one path. A GET answers HEAD as well. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A parameter comes last, as in `/runs/:id`, and takes all that follows. */
  path: string;
  answer: Answer;
}
