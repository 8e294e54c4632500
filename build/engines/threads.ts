import { availableParallelism } from 'node:os';
import type { InputFile } from '../read/file.ts';
import type { Engine } from './engine.ts';
import { stream } from './stream.ts';
import type { CountOptions } from './threads/count.ts';

export interface ThreadsOptions extends CountOptions {
  /** Bytes of input, as they would be as plain CSV, from which on starting threads pays. */
  worth: number;
}

const BLOCK = 8 << 20;

/** One thread reads and hashes about eight times as fast as one can count rows. */
const MOST_THREADS = 8;

/** Workers start in the time in which one thread reads half of this. */
const WORTH = 24 << 20;

/** About the bytes of plain CSV that one compressed byte holds. */
const COMPRESSION = 6;

/** Counts on all cores. What is too small for that is counted in this thread, which is faster. */
export const threads: Engine = threadsEngine({
  block: BLOCK,
  threads: Math.min(MOST_THREADS, availableParallelism()),
  worth: WORTH,
});

/** @returns an engine that cuts plain CSV and JSON lines into blocks, and gives any other file to one thread */
export function threadsEngine(options: ThreadsOptions): Engine {
  return async function threads(job) {
    if (!isWorthIt(job.inputs, options)) return await stream(job);
    // Loaded when it is needed, as are the threads.
    const { countInThreads } = await import('./threads/count.ts');
    return await countInThreads(job, options);
  };
}

function isWorthIt(inputs: readonly InputFile[], options: ThreadsOptions): boolean {
  const divisible = inputs.length > 1 || inputs.some(({ name }) => !isCompressed(name));
  const bytes = inputs.reduce(
    (sum, { name, size }) => sum + size * (isCompressed(name) ? COMPRESSION : 1),
    0,
  );
  return options.threads > 1 && divisible && bytes >= options.worth;
}

/** A guess, by the name alone, that decides about nothing but speed. */
function isCompressed(name: string): boolean {
  return /\.(?:gz|gzip|zst|zstd|parquet)$/i.test(name);
}
