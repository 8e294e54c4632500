import { dataAge, staleWarnings } from '../core/artifact/data-age.ts';
import type { Config } from '../core/config/config.ts';
import { readBody } from '../core/publish/bodies.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { type News, staleNews } from '../core/publish/news.ts';
import type { Entry } from '../core/publish/pointer.ts';
import { livePointer } from '../core/publish/publish.ts';
import type { Clock } from '../platform/clock.ts';
import { ecsLine, type Log } from '../platform/ecs.ts';
import type { RunStorage } from './bindings.ts';

/** What {@link Outbox} works with. */
export interface OutboxParts {
  storage: RunStorage;
  /** Where versions are published to. */
  versions: KeyValue;
  config: Config;
  clock: Clock;
  log: Log;
  /**
   * Sends news to the webhook, and keeps the process alive until it has ended; it never rejects. Absent without a webhook.
   *
   * @param id the same for news that may come twice
   */
  tell?: ((news: News, id: string) => Promise<unknown>) | undefined;
}

/** News that is kept until it was sent, or could not be: then the webhook itself has logged it. */
interface Kept {
  news: News;
  /** How often it was found unsent after a restart. */
  found: number;
}

/** The newest row of a live version, and whether its age was told. */
interface Age {
  version: string;
  last_timestamp: string;
  isTold: boolean;
}

const NEWS = 'news-';
const AGE = 'age';
/** What is kept at most: the oldest is given up first. */
const MOST_KEPT = 50;
/** After so many restarts in the middle of it, news is given up. */
const MOST_FOUND = 3;

/** Sends news to the webhook, also what a process that died had not sent yet. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #underWay = new Set<string>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Stores news and begins to send it, without waiting. @param news null for no news */
  add(news: News | null): void {
    const { storage, tell } = this.#parts;
    if (tell === undefined || news === null) return;
    const id = crypto.randomUUID();
    const key = `${NEWS}${news.at}-${id}`;
    storage.put(key, { news, found: 0 } satisfies Kept);
    this.#tell(key, news);
    for (const [old, kept] of this.#all().slice(MOST_KEPT)) this.#giveUp(old, kept);
  }

  /** Sends what no process is sending any more. */
  again(): void {
    for (const [key, { news, found }] of this.#all().reverse()) {
      if (this.#underWay.has(key)) continue;
      if (found >= MOST_FOUND || this.#parts.tell === undefined) this.#giveUp(key, { news, found });
      else {
        this.#parts.storage.put(key, { news, found: found + 1 } satisfies Kept);
        this.#tell(key, news);
      }
    }
  }

  /** Tells once for each live version that its history is stale. @param known the pointer as it was last moved */
  async tellOfAge(known: Entry | null): Promise<void> {
    const { storage, tell, versions, config, clock } = this.#parts;
    if (tell === undefined) return;
    const version = (await livePointer(versions, known))?.version;
    if (version === undefined) return;
    let age = storage.get(AGE) as Age | undefined;
    if (age?.version !== version) {
      // Read once: a table may have megabytes, and this is asked every ten minutes.
      const body = await readBody(versions, version);
      if (!body.ok) return;
      age = { version, last_timestamp: body.compiled.table.data.last_timestamp, isTold: false };
      storage.put(AGE, age);
    }
    if (age.isTold) return;
    const [warning] = staleWarnings(dataAge(age, clock.now(), config));
    if (warning === undefined) return;
    storage.put(AGE, { ...age, isTold: true } satisfies Age);
    this.add(staleNews(version, warning, clock.now()));
  }

  #tell(key: string, news: News): void {
    this.#underWay.add(key);
    // The end of the key is the id, so a hook can tell a repeated message from a new one.
    const id = key.slice(-36);
    void Promise.resolve(this.#parts.tell?.(news, id)).then(() => {
      this.#parts.storage.delete(key);
      this.#underWay.delete(key);
    });
  }

  #giveUp(key: string, { news }: Kept): void {
    const { storage, log, clock } = this.#parts;
    storage.delete(key);
    this.#underWay.delete(key);
    const message = `the webhook was never told that something was ${news.event}`;
    const fields = { 'event.action': 'webhook', 'voucher.artifact_version': news.version };
    log(ecsLine(clock.now(), 'error', message, fields));
  }

  /** @returns the newest first */
  #all(): [string, Kept][] {
    return [...this.#parts.storage.list({ prefix: NEWS, reverse: true })] as [string, Kept][];
  }
}
