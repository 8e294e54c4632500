import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Resources } from './resources.ts';

/** How often the heap of an isolate is read while it is watched, in milliseconds. */
const LOOK_MS = 10;
/** Within this time an isolate answers, also one that is busy with a table. */
const PATIENCE_MS = 20_000;

const UsageSchema = z.object({
  usedSize: z.number(),
  embedderHeapUsedSize: z.number(),
  backingStorageSize: z.number(),
});

const ReplySchema = z.object({ id: z.number(), result: z.unknown() });

/** The memory of one isolate of workerd, read through its inspector. */
export class IsolateHeap {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const reply = z.safeParse(ReplySchema, JSON.parse(String(data)));
      if (!reply.success) return;
      this.#waiting.get(reply.data.id)?.(reply.data.result);
      this.#waiting.delete(reply.data.id);
    });
  }

  /** @param address of the inspector @param service the name of the isolate's service in the config of workerd */
  static async connect(resources: Resources, address: string, service: string): Promise<IsolateHeap> {
    const socket = new WebSocket(`ws://${address}/${service}`);
    resources.defer(() => socket.close());
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`There is no inspector of ${service}.`)));
    });
    return new IsolateHeap(socket);
  }

  /**
   * @returns what the isolate holds, in bytes: its JavaScript heap and the buffers outside it, which count towards the
   *   128 MB that Cloudflare allows. Garbage that V8 has not collected yet is part of it: without that limit, V8 takes its time
   */
  async bytes(): Promise<number> {
    const usage = z.parse(UsageSchema, await this.#ask('Runtime.getHeapUsage'));
    return usage.usedSize + usage.embedderHeapUsedSize + usage.backingStorageSize;
  }

  /** @returns the most that it held, of many looks until the work has ended */
  async peakDuring(work: Promise<unknown>): Promise<number> {
    let isOver = false;
    const ended = work.finally(() => {
      isOver = true;
    });
    let peak = 0;
    while (!isOver) {
      peak = Math.max(peak, await this.bytes());
      await sleep(LOOK_MS);
    }
    await ended;
    return peak;
  }

  async #ask(method: string): Promise<unknown> {
    const id = ++this.#sent;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(
      () => reject(new Error(`The inspector does not answer ${method}.`)),
      PATIENCE_MS,
    );
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method }));
    return promise.finally(() => clearTimeout(timer));
  }
}
