import { createRequire } from 'node:module';
import type { InputFile } from '../read/file.ts';
import { duckdb } from './duckdb.ts';
import type { Engine } from './engine.ts';
import { stream } from './stream.ts';
import { threads } from './threads.ts';

/** By the names that `--engine` takes. All of them read files one by one. */
export const ENGINES: Readonly<Record<string, Engine>> = { threads, stream, duckdb };

/** Bytes from which on DuckDB, which takes a while to load, is faster than threads. */
const LARGE = 64 << 20;
const LARGE_PARQUET = 4 << 20;

/** DuckDB where it is installed and what is read is large, threads otherwise. */
export const chosenEngine: Engine = async (job) => {
  const engine = job.rejects === null && isLarge(job.inputs) && isInstalled() ? duckdb : threads;
  return await engine(job);
};

function isLarge(inputs: readonly InputFile[]): boolean {
  const bytes = (files: readonly InputFile[]) => files.reduce((sum, { size }) => sum + size, 0);
  const parquet = inputs.filter(({ path }) => /\.parquet$/i.test(path));
  return bytes(inputs) >= LARGE || bytes(parquet) >= LARGE_PARQUET;
}

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@duckdb/node-api');
    return true;
  } catch {
    return false;
  }
}
