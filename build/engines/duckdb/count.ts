import { noNotes } from '../../../src/core/history/unread.ts';
import type { InputFile } from '../../read/file.ts';
import type { CountedFile, Job } from '../engine.ts';
import type { DuckDb } from './database.ts';
import { hashWithout, planFile } from './files.ts';
import { countGroups } from './groups.ts';
import { countQuery } from './query.ts';

/** Counts the rows of a file. @returns null for one that our reader has to read */
export async function countInDuckdb(
  file: InputFile,
  job: Job,
  database: DuckDb,
): Promise<CountedFile | null> {
  // What is wrong with a file is for our reader to say, in its words.
  const plan = await planFile(file, job.config, database).catch(() => null);
  if (plan === null) return null;
  let bytes = 0;
  const hashing = hashWithout(file, plan, (read) => {
    bytes += read;
  });
  const counting = database
    .rows(countQuery(plan.from, plan.columns, job.config))
    .then(({ rows }) => countGroups(rows, job));
  const [sha256, counted] = await Promise.all([hashing.catch(() => null), counting.catch(() => null)]);
  if (sha256 === null || counted === null) return null;
  job.onProgress(bytes, counted.rows);
  return { cube: counted.cube, sha256, notes: noNotes() };
}
