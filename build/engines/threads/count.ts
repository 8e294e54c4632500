import { Cube } from '../../../src/core/cube/cube.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { countFile } from '../count-file.ts';
import { type Counted, type CountedFile, type Job, reportOf } from '../engine.ts';
import { BlockCount, errorOf } from './block-count.ts';
import { BlockFile, type BlockSizes } from './blocks.ts';
import { InOrder } from './in-order.ts';
import { unpackCube } from './packed-cube.ts';
import { type PackedRejects, unpackRejects } from './packed-rejects.ts';
import { Pool, type Workers } from './pool.ts';
import type { Setup } from './protocol.ts';

export interface CountOptions extends BlockSizes {
  threads: number;
  /** Starts the threads; a pool of workers unless given. */
  start?: (threads: number, setup: Setup) => Workers;
}

/** Files that may wait for one before them: each keeps its cube, and up to a thousand rejects, in memory. */
const MOST_FILES = 64;

/** Counts all inputs in worker threads, in the order in which they are given. */
export async function countInThreads(job: Job, options: CountOptions): Promise<Counted> {
  const { threads, start = (most, setup) => new Pool(most, setup) } = options;
  const workers = start(threads, { config: job.config, rejects: job.rejects !== null });
  const inOrder = new InOrder();
  const total: Counted = { cube: new Cube(job.layout), sources: [], reports: [] };
  const add = (file: InputFile, counted: CountedFile) => {
    job.onFile?.(file, counted);
    total.cube.merge(counted.cube);
    total.sources.push(counted.source);
    total.reports.push(reportOf(counted));
  };
  try {
    for (const file of job.inputs) await startFile(file, job, options, { workers, inOrder, add });
    await inOrder.end();
    return total;
  } finally {
    await workers.end();
  }
}

interface Running {
  workers: Workers;
  inOrder: InOrder;
  add: (file: InputFile, counted: CountedFile) => void;
}

async function startFile(file: InputFile, job: Job, options: CountOptions, running: Running): Promise<void> {
  const { inOrder, add } = running;
  if (file.size === 0) {
    // It may be a pipe: the thread that is interrupted must be the one that reads it.
    await inOrder.add(async () => {
      add(file, await countFile(file, job));
    }, MOST_FILES);
  } else if (
    file.size < Math.max(options.first, 2 * options.block) ||
    !(await startBlocks(file, job, options, running))
  ) {
    await startWhole(file, job, running);
  }
}

/** Gives a file to one worker. */
async function startWhole(file: InputFile, job: Job, { workers, inOrder, add }: Running): Promise<void> {
  const turn = Promise.withResolvers<void>();
  const onRejects = async (rejects: PackedRejects) => {
    await turn.promise;
    for (const reject of unpackRejects(rejects, file.name, 0)) job.rejects?.write(reject);
    await job.rejects?.drained();
  };
  const answer = workers.run({ kind: 'file', file }, { asker: { onRejects, onProgress: job.onProgress } });
  await inOrder.add(async () => {
    turn.resolve();
    const settled = await answer;
    if (settled.kind === 'failed') throw errorOf(settled.failure);
    if (settled.kind !== 'file') throw new Error('a file was answered as if it were a block');
    const { cube, rejects, ...rest } = settled.counted;
    await onRejects(rejects);
    add(file, { cube: unpackCube(cube, job.layout), ...rest });
  }, MOST_FILES);
}

/** Has the blocks of a file counted. @returns false, with nothing done, for a file that cannot be cut */
async function startBlocks(
  file: InputFile,
  job: Job,
  options: CountOptions,
  { workers, inOrder, add }: Running,
): Promise<boolean> {
  const naming = (error: unknown) => {
    throw fileError(file.path, error);
  };
  // What is wrong with a file that cannot be opened is said by who reads it as a whole.
  const blocks = await BlockFile.open(file, job.config.columns, options).catch(() => null);
  if (blocks === null) return false;
  const count = new BlockCount(file, blocks, workers, job);
  try {
    for (;;) {
      const block = await blocks.next().catch(naming);
      if (block === null) break;
      const settle = count.start(block);
      // Beside those that run, there is one for each thread to go on with.
      await inOrder.add(() => settle().catch(naming), 2 * options.threads - 1);
    }
  } finally {
    await blocks.close();
  }
  await inOrder.add(async () => {
    add(file, await count.result().catch(naming));
  }, MOST_FILES);
  return true;
}
