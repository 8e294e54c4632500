import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Asker } from './answer.ts';
import type { PackedRejects } from './packed-rejects.ts';
import type { Answer, Message, Setup, Task } from './protocol.ts';

export interface RunOptions {
  /** Who hears of a file that is being read. */
  asker?: Asker;
  /** Whether the task goes before those that wait. */
  urgent?: boolean;
}

/** What does tasks, some of them at a time. */
export interface Workers {
  /** @throws Error when a worker breaks down; what is wrong with the data is an answer */
  run(task: Task, options?: RunOptions): Promise<Answer>;
  /** Ends all workers, whatever they do. */
  end(): Promise<void>;
}

interface Waiting {
  task: Task;
  asker: Asker | undefined;
  resolve: (answer: Answer) => void;
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
    // For workers alone: they know when little is in use.
    setFlagsFromString('--expose-gc');
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE}`);
    this.#workers = Array.from({ length: threads }, () => this.#start(setup));
    this.#idle = [...this.#workers];
  }

  run(task: Task, { asker, urgent = false }: RunOptions = {}): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      if (this.#broken) return reject(this.#broken);
      const waiting = { task, asker, resolve, reject };
      if (urgent) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#next();
    });
    // The caller that waits for the answer gets the error; there may be none by now.
    answer.catch(() => {});
    return answer;
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
      const { task } = waiting;
      worker.postMessage(task, task.kind === 'block' ? [task.bytes.buffer] : []);
    }
  }

  #hear(worker: Worker, message: Message): void {
    const running = this.#running.get(worker);
    if (!running) return;
    if (message.kind === 'progress') running.asker?.onProgress(message.bytes, message.rows);
    else if (message.kind === 'rejects') void this.#pass(worker, running, message.rejects);
    else {
      this.#running.delete(worker);
      this.#idle.push(worker);
      running.resolve(message);
      this.#next();
    }
  }

  async #pass(worker: Worker, { asker, reject }: Waiting, rejects: PackedRejects): Promise<void> {
    try {
      await asker?.onRejects(rejects);
      worker.postMessage({ kind: 'more' });
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of [...this.#running.values(), ...this.#waiting]) reject(error);
    this.#running.clear();
    this.#waiting.length = 0;
  }
}
