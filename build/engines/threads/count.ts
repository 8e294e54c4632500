import type { InputFile } from '../../read/file.ts';
import { countFile } from '../count-file.ts';
import { type Counted, type CountedFile, type Job, Total } from '../engine.ts';
import { BlockFile } from './blocks.ts';
import { countBlocks } from './count-blocks.ts';
import { Pool, type Workers } from './pool.ts';
import type { Setup } from './protocol.ts';

export interface CountOptions {
  /** Bytes of a block, which has room for a header. */
  block: number;
  threads: number;
  /** Starts the threads; a pool of workers unless given. */
  start?: (threads: number, setup: Setup) => Workers;
}

/** Files that may wait for one before them: each keeps its cube in memory. */
const MOST_FILES = 64;

/** Counts all inputs in worker threads, in the order in which they are given. */
export async function countInThreads(job: Job, options: CountOptions): Promise<Counted> {
  const { threads, block, start = (most, setup) => new Pool(most, setup) } = options;
  const workers = start(threads, { config: job.config, rejects: job.rejects !== null });
  const inOrder = new InOrder();
  // Beside those that run, there is one for each thread to go on with.
  const addBlock = (settle: () => Promise<void>) => inOrder.add(settle, 2 * threads - 1);
  const total = new Total(job);
  try {
    for (const file of job.inputs) {
      const blocks = await openBlocks(file);
      const counted =
        blocks === null ? countWhole(file) : await countBlocks(file, blocks, job, workers, addBlock);
      await inOrder.add(async () => total.add(file, await counted()), MOST_FILES);
    }
    await inOrder.end();
    return total.counted();
  } finally {
    await workers.end();
  }

  async function openBlocks(file: InputFile): Promise<BlockFile | null> {
    if (file.size < 2 * block) return null;
    // What is wrong with a file that cannot be opened is said by who reads it as a whole.
    const blocks = await BlockFile.open(file, job.config.columns, block).catch(() => null);
    if (!blocks?.isJson || job.rejects === null) return blocks;
    // Should it be read as a whole after all, rejects of blocks would be written by then.
    await blocks.close();
    return null;
  }

  /** Gives a file to one worker. */
  function countWhole(file: InputFile): () => Promise<CountedFile> {
    // The thread that is interrupted must be the one that reads a pipe. Rejects are written in the order of the files.
    if (file.size === 0 || job.rejects !== null) return () => countFile(file, job);
    const counting = workers.run({ file, block: null }, job.onProgress);
    return () => counting;
  }
}

/**
 * Work whose results are wanted in the order in which it was started: a few pieces of it run at a time, and what
 * each gives is settled when all before it are.
 */
class InOrder {
  readonly #waiting: (() => Promise<void>)[] = [];

  /**
   * Notes how a piece of work is settled.
   *
   * @param most how much may wait before it: others are settled first, while more does
   */
  async add(settle: () => Promise<void>, most: number): Promise<void> {
    while (this.#waiting.length > most) await this.#waiting.shift()?.();
    this.#waiting.push(settle);
  }

  /** Settles all that waits. */
  async end(): Promise<void> {
    for (let settle = this.#waiting.shift(); settle; settle = this.#waiting.shift()) await settle();
  }
}
