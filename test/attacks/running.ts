import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../bench/support/server.ts';
import { startService } from '../deno/support.ts';
import { startServer } from '../support/clone.ts';
import { ROOT } from './attack.ts';

const TOKEN = 'an-admin-token';
export const JSON_TYPE = { 'content-type': 'application/json' };
export const ADMIN = { authorization: `Bearer ${TOKEN}`, ...JSON_TYPE };

/** A running service that is attacked. */
export interface Running {
  origin: string;
  /** Ends it without a word to it, and waits until it is gone. */
  kill(): Promise<unknown>;
  /** What it takes of memory now. */
  bytes(): Promise<number>;
}

/** Where the service runs, with uploads and versions. */
export interface Place {
  name: 'server' | 'workerd';
  /** Starts it with its data in a folder. */
  run(folder: string): Promise<Running>;
  /** The megabytes that it may take, and of what. */
  most: { megabytes: number; of: string };
  /** Gigabytes that a bomb unpacks to in 200 rounds. What is read ends far below; workerd stores a bomb slowly. */
  bomb: number;
}

/** The own server, on Deno. @param limit of open files */
export async function serve(
  data: string,
  limit?: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Running & { pid: number; stop: () => Promise<number | null> }> {
  const server = await startService({
    permissions: [`--allow-write=${data}`],
    env: { DATA: data, ADMIN_TOKEN: TOKEN, ...env },
    ...(limit !== undefined && { limit }),
  });
  return { ...server, bytes: async () => residentBytes(server.pid) };
}

/** `wrangler dev`: workerd as on Cloudflare, and beside it a simulation of KV, R2, queues and Workflows on disk. */
async function serveOnWorkerd(folder: string): Promise<Running> {
  const inspector = await freePort();
  const args = ['--port', '0', '--inspector-port', String(inspector), '--persist-to', folder];
  const line = [join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), 'dev', ...args];
  // V8 has to collect, as it has in an isolate of Cloudflare: what is seen beyond is alive.
  const env = { MINIFLARE_WORKERD_V8_FLAGS: '--max-heap-size=100' };
  const server = await startServer([process.execPath, ...line, '--var', `ADMIN_TOKEN:${TOKEN}`], ROOT, env);
  const heap = await openInspector(inspector);
  return {
    origin: server.origin,
    bytes: heap.bytes,
    async kill() {
      heap.close();
      await server.stop();
    },
  };
}

export const PLACES: readonly Place[] = [
  {
    name: 'server',
    run: (folder) => serve(join(folder, 'data')),
    most: { megabytes: 512, of: 'the process' },
    bomb: 10,
  },
  { name: 'workerd', run: serveOnWorkerd, most: { megabytes: 128, of: "the isolate's heap" }, bomb: 1 },
];

/** What is used of an answer to Runtime.getHeapUsage: objects, and the content of array buffers. */
interface HeapUsage {
  usedSize: number;
  backingStorageSize: number;
}

/** Asks an isolate over its inspector how large its heap is; what is not collected yet counts. */
async function openInspector(port: number): Promise<{ bytes: () => Promise<number>; close: () => void }> {
  // Node takes headers, which the standard does not have; the inspector wants to know who asks.
  const options = { headers: { origin: 'http://localhost' } } as unknown as string[];
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, options);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`no inspector at port ${port}`));
  });
  let id = 0;
  const waiting = new Map<number, (usage: HeapUsage) => void>();
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(String(data)) as { id?: number; result?: HeapUsage };
    if (answer.id === undefined || answer.result === undefined) return;
    waiting.get(answer.id)?.(answer.result);
    waiting.delete(answer.id);
  };
  return {
    bytes: () =>
      new Promise((resolve) => {
        id++;
        waiting.set(id, ({ usedSize, backingStorageSize }) => resolve(usedSize + backingStorageSize));
        socket.send(JSON.stringify({ id, method: 'Runtime.getHeapUsage' }));
      }),
    close: () => socket.close(),
  };
}

export function residentBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Looks how much memory a service takes, until it is stopped. */
export function watchMemory(running: Running) {
  let most = 0;
  let isOver = false;
  const look = async () => {
    while (!isOver) {
      most = Math.max(most, await running.bytes().catch(() => 0));
      await sleep(50);
    }
  };
  void look();
  return {
    /** @returns the most that it took so far, in words */
    note: () => `at most ${most >> 20} MB`,
    /** @returns what fell, if it took more than it may */
    beyond: ({ most: { megabytes, of } }: Place) =>
      most > megabytes * 2 ** 20 ? [`${of} took ${most >> 20} MB`] : [],
    stop: () => {
      isOver = true;
    },
  };
}
