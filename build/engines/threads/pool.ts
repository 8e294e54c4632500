import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Job } from '../engine.ts';
import { errorOf } from './failure.ts';
import type { Message, Part, Setup, Task } from './protocol.ts';

/** What does work, some of it at a time. */
export interface Workers {
  /** @throws what the worker met, or Error when it breaks down */
  run(task: Task, onProgress?: Job['onProgress']): Promise<Part>;
  /** Ends all workers, whatever they do. */
  end(): Promise<void>;
}

interface Waiting {
  task: Task;
  onProgress: Job['onProgress'] | undefined;
  resolve: (part: Part) => void;
  reject: (error: Error) => void;
}

/**
 * Megabytes of a half of a worker's young generation, from its start: rows die in it. Where it is smaller, as a
 * command keeps its own, threads wait for the garbage collector a tenth of their time; larger is no faster.
 */
const SEMI_SPACE = 16;

/** Worker threads that take tasks in the order in which these come. */
export class Pool implements Workers {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: Waiting[] = [];
  readonly #running = new Map<Worker, Waiting>();
  /** Why no task can be done any more. */
  #broken: Error | null = null;

  constructor(threads: number, setup: Setup) {
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE}`);
    this.#workers = Array.from({ length: threads }, () => this.#start(setup));
    this.#idle = [...this.#workers];
  }

  run(task: Task, onProgress?: Job['onProgress']): Promise<Part> {
    const counting = new Promise<Part>((resolve, reject) => {
      if (this.#broken) return reject(this.#broken);
      this.#waiting.push({ task, onProgress, resolve, reject });
      this.#next();
    });
    // The caller that waits for it gets the error; there may be none by now.
    counting.catch(() => {});
    return counting;
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#workers.map((worker) => {
        worker.removeAllListeners();
        // It may have broken down already, and an error that no one listens to ends the process.
        worker.on('error', () => {});
        return worker.terminate();
      }),
    );
  }

  #start(setup: Setup): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: 3 * SEMI_SPACE },
    });
    worker.on('message', (message: Message) => this.#hear(worker, message));
    worker.on('error', (error) => this.#break(error));
    worker.on('exit', (code) => this.#break(new Error(`a worker thread ended with code ${code}`)));
    return worker;
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop();
      const waiting = worker && this.#waiting.shift();
      if (!worker || !waiting) return;
      this.#running.set(worker, waiting);
      worker.postMessage(waiting.task);
    }
  }

  #hear(worker: Worker, message: Message): void {
    const running = this.#running.get(worker);
    if (!running) return;
    if (message.kind === 'progress') {
      running.onProgress?.(message.bytes, message.rows);
      return;
    }
    this.#running.delete(worker);
    this.#idle.push(worker);
    if (message.kind === 'done') running.resolve(message.part);
    else running.reject(errorOf(message.failure));
    this.#next();
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of [...this.#running.values(), ...this.#waiting]) reject(error);
    this.#running.clear();
    this.#waiting.length = 0;
  }
}
