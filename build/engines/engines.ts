import { createRequire } from 'node:module';
import type { InputFile } from '../read/file.ts';
import { isAddress } from '../read/remote/address.ts';
import type { Engine } from './engine.ts';

/** By the names that `--engine` takes. All of them read files one by one. Each is loaded when it runs: a cube needs none. */
export const ENGINES = {
  threads: async (job) => await (await import('./threads.ts')).threads(job),
  stream: async (job) => await (await import('./stream.ts')).stream(job),
  duckdb: async (job) => await (await import('./duckdb.ts')).duckdb(job),
} satisfies Record<string, Engine>;

/** @returns whether `--engine` takes a name */
export function isEngineName(name: string): name is keyof typeof ENGINES {
  return Object.hasOwn(ENGINES, name);
}

/** Bytes of Parquet from which on DuckDB may be faster than threads. It reads one file on all cores, but loads slowly. */
const LARGE_PARQUET = 4 << 20;

/** DuckDB where it is installed and there is much Parquet, threads otherwise. */
export const chosenEngine: Engine = async (job) => {
  const engine =
    job.rejects === null && isLarge(job.inputs) && isInstalled() ? ENGINES.duckdb : ENGINES.threads;
  return await engine(job);
};

function isLarge(inputs: readonly InputFile[]): boolean {
  const parquet = inputs.filter(({ path }) => /\.parquet$/i.test(path) && !isAddress(path));
  return parquet.reduce((sum, { size }) => sum + size, 0) >= LARGE_PARQUET;
}

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@duckdb/node-api');
    return true;
  } catch {
    return false;
  }
}
