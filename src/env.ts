import type { KeyValue } from './core/publish/key-value.ts';
import type { AccessVariables } from './http/access.ts';
import type { Limiter } from './http/caller.ts';
import type { DataPoint } from './http/data-point.ts';
import type { IngestEnv } from './ingest/bindings.ts';
import type { ArtifactKv } from './store/kv.ts';
import type { RefreshVariables } from './store/refreshing.ts';
import type { WebhookVariables } from './webhook/settings.ts';

/** The bindings and vars that the Worker knows. All are optional. */
export interface Env
  extends Partial<Omit<IngestEnv, 'ARTIFACTS'>>,
    AccessVariables,
    RefreshVariables,
    WebhookVariables {
  /** The KV namespace of artifacts; without it the Worker answers from the bundled one. */
  ARTIFACTS?: KeyValue & ArtifactKv;
  /** The static assets: the console and the API reference. */
  ASSETS?: { fetch(request: Request): Promise<Response> };
  /** The Analytics Engine dataset that takes a data point for each request. */
  DECISIONS?: { writeDataPoint(point: DataPoint): void };
  /** The secret of the admin routes. */
  ADMIN_TOKEN?: string;
  /** A name and the SHA-256 of an admin token for each operator: `ana:9f86…,bo:6030…`. */
  ADMIN_TOKENS?: string;
  /** The keys that callers of POST /voucher and /vouchers need, with commas between them. */
  API_KEYS?: string;
  /** Origins whose pages may call the service, with commas between them. */
  CORS_ORIGINS?: string;
  /** The rate limit of POST /voucher and /vouchers. */
  LIMITER?: Limiter;
}
