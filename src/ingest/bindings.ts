import type { KeyValue } from '../core/publish/key-value.ts';

/** What is used of Cloudflare's bindings, and no more: anything of this shape will do. */

/** R2. */
export interface Bucket {
  head(key: string): Promise<StoredObject | null>;
  get(key: string): Promise<ReadableObject | null>;
  /** @returns null when `onlyIf` does not hold, and then nothing is written */
  put(key: string, value: ReadableStream | string, options?: PutOptions): Promise<StoredObject | null>;
  /** @param keys at most 1,000 */
  delete(keys: string | string[]): Promise<void>;
  list(options: ListOptions): Promise<ObjectPage>;
}

export interface StoredObject {
  key: string;
  /** Another one for other bytes. */
  etag: string;
  /** Bytes. */
  size: number;
  uploaded: Date;
  customMetadata?: Record<string, string>;
}

export interface ReadableObject extends StoredObject {
  body: ReadableStream<Uint8Array>;
  text(): Promise<string>;
}

export interface PutOptions {
  /** `*` is any object: then nothing may be there. */
  onlyIf?: { etagMatches: string } | { etagDoesNotMatch: '*' };
  customMetadata?: Record<string, string>;
}

interface ListOptions {
  prefix: string;
  cursor?: string;
  include?: 'customMetadata'[];
}

export interface ObjectPage {
  objects: StoredObject[];
  truncated: boolean;
  cursor?: string;
}

/** A queue, from the side that sends. */
export interface Sender {
  send(message: unknown): Promise<unknown>;
}

/** A queue, from the side that receives. */
export interface MessageBatch {
  messages: readonly { body: unknown }[];
}

export interface Workflows {
  /** Rejects when there is an instance of this id. */
  create(options: { id: string; params: Record<string, never> }): Promise<unknown>;
  /** Rejects when there is no instance of this id. */
  get(id: string): Promise<WorkflowInstance>;
}

interface WorkflowInstance {
  status(): Promise<{ status: string; error?: unknown }>;
  /** Rejects when it is over. */
  terminate(): Promise<void>;
}

/** Where a {@link Sequence} keeps what it knows. Each write lasts before the next thing is done. */
export interface RunStorage {
  get(key: string): unknown;
  put(key: string, value: unknown): void;
  delete(key: string): void;
  list(options: { prefix: string; reverse: true; limit?: number }): Iterable<[string, unknown]>;
}

/** The bindings of ingestion, by the names that wrangler.toml gives them. */
export interface IngestEnv {
  UPLOADS: Bucket;
  UPLOAD_EVENTS: Sender;
  ARTIFACTS: KeyValue;
  INGEST: Workflows;
  SEQUENCER: { getByName(name: string): unknown };
}
