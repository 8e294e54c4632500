import type { Source } from '../../src/core/artifact/artifact.ts';
import { FIELDS } from '../../src/core/config/config.ts';
import { Cube } from '../../src/core/cube/cube.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { DROP_REASONS } from '../../src/core/history/clean.ts';
import { parseAmount } from '../../src/core/values.ts';
import type { InputFile } from '../read/file.ts';
import type { DuckDb } from './duckdb/database.ts';
import type { Counted, Engine, Job } from './engine.ts';
import { RowCounter } from './row-counter.ts';
import { threads } from './threads.ts';

/**
 * Counts in DuckDB, in this process: it reads the rows, core's rules read what is not plain (see duckdb/query.ts). A file
 * that DuckDB could read in another way than our reader does (compressed CSV, CR line ends, broken rows or quotes) is read
 * by threads, and so is everything when rejects are wanted: DuckDB does not know on which line a row stands.
 *
 * @throws DataError that says how to install it
 */
export const duckdb: Engine = async (job) => {
  // Loaded when it is asked for: other builds would wait for it as long as for a small file.
  const { openDuckdb } = await import('./duckdb/database.ts');
  const database = await openDuckdb({ preserve_insertion_order: 'false' });
  try {
    return await countFiles(job, database);
  } finally {
    database.close();
  }
};

async function countFiles(job: Job, database: DuckDb): Promise<Counted> {
  const total = new Cube(job.layout);
  const sources = new Map<InputFile, Source>();
  const others: InputFile[] = [];
  for (const file of job.inputs) {
    const counted = job.rejects === null ? await countFile(file, job, database) : null;
    if (counted === null) {
      others.push(file);
      continue;
    }
    job.onFile?.(file, counted.cube, counted.source);
    total.merge(counted.cube);
    sources.set(file, counted.source);
  }
  if (others.length > 0) {
    const counted = await threads({ ...job, inputs: others });
    total.merge(counted.cube);
    for (const [at, file] of others.entries()) {
      const source = counted.sources[at];
      if (source) sources.set(file, source);
    }
  }
  return { cube: total, sources: job.inputs.flatMap((file) => sources.get(file) ?? []) };
}

/** @returns null for a file that is to be read by threads */
async function countFile(
  file: InputFile,
  job: Job,
  database: DuckDb,
): Promise<{ cube: Cube; source: Source } | null> {
  const { hashWithout, planFile } = await import('./duckdb/files.ts');
  const { countQuery, MOST_GROUPS } = await import('./duckdb/query.ts');
  // What is wrong with a file is for our reader to say, in its words.
  const plan = await planFile(file, job.config, database).catch(() => null);
  if (plan === null) return null;
  let bytes = 0;
  const hashing = hashWithout(file, plan, (read) => {
    bytes += read;
  });
  const [sha256, answer] = await Promise.all([
    hashing.catch(() => null),
    database.rows(countQuery(plan.from, plan.columns, job.config)).catch(() => null),
  ]);
  if (sha256 === null || answer === null || answer.rows.length > MOST_GROUPS) return null;
  const counter = new RowCounter(job.layout, file.name, null);
  for (const row of answer.rows) if (!addGroup(counter, row)) return null;
  job.onProgress(bytes, counter.rows);
  return { cube: counter.cube, source: { name: file.name, sha256, rows: counter.rows } };
}

/** @returns false where a field has a quote, which our reader may take for another text */
function addGroup(counter: RowCounter, row: readonly string[]): boolean {
  const [outcome, cell, country = '', amount = '', rows, filled, first, last, ...fields] = row;
  const count = Number(rows);
  if ([country, amount, ...fields].some((field) => field.includes('"'))) return false;
  const isDropped = OUTCOMES[Number(outcome)];
  return true;
}
