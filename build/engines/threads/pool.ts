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

/** What a worker is to do, and who is told of it. */
interface Work {
  task: Task;
  onProgress: Job['onProgress'];
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
  /** What each worker does; null while it is idle. */
  readonly #workers = new Map<Worker, Work | null>();
  readonly #waiting: Work[] = [];
  /** Why no task can be done any more. */
  #broken: Error | null = null;

  constructor(threads: number, setup: Setup) {
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE}`);
    for (let thread = 0; thread < threads; thread++) this.#workers.set(this.#start(setup), null);
  }

  run(task: Task, onProgress: Job['onProgress'] = () => {}): Promise<Part> {
    const counting = new Promise<Part>((resolve, reject) => {
      this.#waiting.push({ task, onProgress, resolve, reject });
      this.#goOn();
    });
    // The caller that waits for it gets the error; there may be none by now.
    counting.catch(() => {});
    return counting;
  }

  async end(): Promise<void> {
    const ended = [...this.#workers.keys()].map((worker) => {
      worker.removeAllListeners();
      // It may have broken down already, and an error that no one listens to ends the process.
      worker.on('error', () => {});
      return worker.terminate();
    });
    await Promise.all(ended);
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

  /** Gives what waits to workers that are idle. */
  #goOn(): void {
    if (this.#broken !== null) this.#break(this.#broken);
    for (const [worker, work] of this.#workers) {
      const next = work === null ? this.#waiting.shift() : undefined;
      if (next === undefined) continue;
      this.#workers.set(worker, next);
      worker.postMessage(next.task);
    }
  }

  #hear(worker: Worker, message: Message): void {
    const work = this.#workers.get(worker);
    if (message.kind === 'progress') {
      work?.onProgress(message.bytes, message.rows);
      return;
    }
    if (message.kind === 'done') work?.resolve(message.part);
    else work?.reject(errorOf(message.failure));
    this.#workers.set(worker, null);
    this.#goOn();
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const work of [...this.#workers.values(), ...this.#waiting.splice(0)]) work?.reject(error);
  }
}
