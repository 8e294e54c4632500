import type { Deployment } from '../core/config/deployment.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import type { News } from '../core/publish/news.ts';
import type { Bundled } from '../core/publish/publish.ts';
import type { AdminGuard } from '../http/admin.ts';
import type { CallerGuard } from '../http/caller.ts';
import type { Answer } from '../http/endpoint.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import type { Ahead } from './batch/waiting.ts';

export interface Dependencies {
  store: ArtifactStore;
  /** What the config says of publishing and serving. */
  config: Deployment;
  /** Lets callers in; undefined where anybody may come. */
  admit: CallerGuard | undefined;
  /** Lets operators in, by name. */
  admin: AdminGuard;
  ingestion: Ingestion | undefined;
  /** Where versions are kept; undefined where there is no such place. */
  kv: KeyValue | undefined;
  /** Reads what is served as long as nothing was published. */
  bundled: Bundled | undefined;
  /** Tells people of news, without waiting for them. */
  tell: ((news: News) => void) | undefined;
  /** How far answers to lines may run ahead of their client; some million answers, without. */
  ahead?: Ahead | undefined;
}

/** What takes uploads in, with the routes of uploads and runs: see withRoutes. */
export interface RoutedIngestion {
  ingestion: Ingestion;
  routes: (admin: AdminGuard) => Route[];
}

/** One method of one path. A GET answers HEAD as well. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A parameter comes last, as in `/runs/:id`, and takes all that follows. */
  path: string;
  answer: Answer;
}
