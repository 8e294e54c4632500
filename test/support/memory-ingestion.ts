import { createHash } from 'node:crypto';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Bucket, ReadableObject, RunStorage, StoredObject } from '../../src/ingest/bindings.ts';
import { carryOut } from '../../src/ingest/run.ts';
import { Sequence } from '../../src/ingest/sequence.ts';
import { consume, patrol } from '../../src/ingest/triggers.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { ensureDigestStream } from '../../src/server/digest-stream.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import { type MemoryKv, memoryKv } from './memory-kv.ts';

interface Kept {
  bytes: Uint8Array<ArrayBuffer>;
  object: StoredObject;
}

/** All that lasts of a deployment: a copy of it is another deployment with the same past. */
interface Past {
  time: number;
  kv: MemoryKv['values'];
  bucket: ReadonlyMap<string, Kept>;
  storage: ReadonlyMap<string, string>;
}

/**
 * A deployment with ingestion whose storage is memory: the real routes, sequence and runs, in this process. Each step of
 * a run is done once.
 */
export class MemoryIngestion {
  readonly kv = memoryKv(1000);
  readonly #bucket: Map<string, Kept>;
  readonly #storage: Map<string, string>;
  readonly #config: Config;
  readonly #runs: Promise<unknown>[] = [];
  readonly #app: ReturnType<typeof createApp>;
  readonly sequencer: Sequence;
  readonly bucket: Bucket;
  #messages: { body: unknown }[] = [];
  #time: number;

  constructor(
    config: Config,
    past: Past = { time: 0, kv: new Map(), bucket: new Map(), storage: new Map() },
  ) {
    ensureDigestStream();
    this.#config = config;
    this.#time = past.time;
    for (const [key, value] of past.kv) this.kv.values.set(key, value);
    this.#bucket = new Map(past.bucket);
    this.#storage = new Map(past.storage);
    this.bucket = memoryBucket(this.#bucket, () => new Date(this.now()));
    const clock = { now: () => this.now(), elapsed: () => performance.now() };
    this.sequencer = new Sequence({
      storage: memoryStorage(this.#storage),
      engine: {
        start: async (id) => {
          const context = { id, bucket: this.bucket, sequencer: this.sequencer, config };
          this.#runs.push(carryOut(context, async (_, work) => work()));
        },
        status: async () => ({ over: false, status: 'running' }),
        stop: async () => {},
      },
      wakeAt() {},
      bucket: this.bucket,
      versions: this.kv,
      config,
      clock,
      log: () => {},
      bundled: async () => null,
    });
    this.#app = createApp({
      store: bundledStore(null),
      clock,
      log: () => {},
      config,
      adminToken: 'token',
      kv: this.kv,
      ingestion: withRoutes({
        bucket: this.bucket,
        sequencer: this.sequencer,
        events: { send: async (body) => void this.#messages.push({ body }) },
      }),
    });
  }

  /** Milliseconds since the epoch; each look is a second later. */
  now(): number {
    this.#time += 1_000;
    return Date.UTC(2026, 10, 28) + this.#time;
  }

  /** What lasts of it, when nothing is under way. */
  get past(): Past {
    return { time: this.#time, kv: this.kv.values, bucket: this.#bucket, storage: this.#storage };
  }

  /** What lasts of it but the time: its versions, its uploads and its sequence. */
  get lasting(): unknown {
    return [this.kv.values, this.#bucket, this.#storage];
  }

  /** @returns another deployment with the same past */
  fork(): MemoryIngestion {
    return new MemoryIngestion(this.#config, this.past);
  }

  /** Asks the real app, as an operator. */
  async ask(
    method: string,
    path: string,
    body?: string | object,
  ): Promise<{ status: number; body: unknown }> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const headers: Record<string, string> = {
      authorization: 'Bearer token',
      'content-type': 'application/json',
    };
    if (text !== undefined) headers['content-length'] = String(Buffer.byteLength(text));
    const request = new Request(`http://localhost${path}`, { method, headers, body: text ?? null });
    const response = await this.#app.fetch(request);
    const answer = await response.text();
    return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
  }

  /** What the cron trigger does. */
  cron(): Promise<void> {
    return patrol(this.bucket, this.#config, this.sequencer);
  }

  /** Delivers the messages of the queue, and waits until all runs are over. */
  async settle(): Promise<void> {
    const messages = this.#messages;
    this.#messages = [];
    if (messages.length > 0) await consume({ messages }, this.sequencer);
    while (this.#runs.length > 0) await this.#runs.shift();
  }
}

function memoryStorage(values: Map<string, string>): RunStorage {
  return {
    get: (key) => {
      const text = values.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    put: (key, value) => void values.set(key, JSON.stringify(value)),
    delete: (key) => void values.delete(key),
    *list({ prefix, limit = Number.POSITIVE_INFINITY }) {
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix)).sort();
      for (const key of keys.reverse().slice(0, limit)) yield [key, JSON.parse(values.get(key) ?? 'null')];
    },
  };
}

function memoryBucket(values: Map<string, Kept>, now: () => Date): Bucket {
  return {
    head: async (key) => values.get(key)?.object ?? null,
    async get(key): Promise<ReadableObject | null> {
      const kept = values.get(key);
      if (kept === undefined) return null;
      const body = () => new Response(kept.bytes).body as ReadableStream<Uint8Array>;
      return { ...kept.object, body: body(), text: async () => new TextDecoder().decode(kept.bytes) };
    },
    async put(key, value, { onlyIf, customMetadata } = {}) {
      const bytes = new Uint8Array(await new Response(value).arrayBuffer());
      const there = values.get(key)?.object;
      if (onlyIf !== undefined) {
        const holds = 'etagMatches' in onlyIf ? there?.etag === onlyIf.etagMatches : there === undefined;
        if (!holds) return null;
      }
      const etag = createHash('md5').update(bytes).digest('hex');
      const object = {
        key,
        etag,
        size: bytes.length,
        uploaded: now(),
        ...(customMetadata && { customMetadata }),
      };
      values.set(key, { bytes, object });
      return object;
    },
    async delete(keys) {
      for (const key of [keys].flat()) values.delete(key);
    },
    async list({ prefix }) {
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix)).sort();
      return { objects: keys.map((key) => (values.get(key) as Kept).object), truncated: false };
    },
  };
}
