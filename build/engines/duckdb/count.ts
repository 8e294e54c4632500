import { noNotes } from '../../../src/core/history/unread.ts';
import type { InputFile } from '../../read/file.ts';
import { hashFile } from '../cache/identity.ts';
import type { Database } from '../database.ts';
import type { CountedFile, Job } from '../engine.ts';
import { planFile } from './files.ts';
import { countGroups } from './groups.ts';
import { countQuery } from './query.ts';

/** Counts the rows of a file. @returns null for one that our reader has to read */
export async function countInDuckdb(
  file: InputFile,
  job: Job,
  database: Database,
): Promise<CountedFile | null> {
  // What is wrong with a file is for our reader to say, in its words.
  const plan = await planFile(file, job.config, database).catch(() => null);
  if (plan === null) return null;
  const hashing = hashFile(file);
  const counting = database
    .rows(countQuery(plan.from, plan.columns, job.config))
    .then((groups) => countGroups(groups, job));
  const [sha256, counted] = await Promise.all([hashing.catch(() => null), counting.catch(() => null)]);
  if (sha256 === null || counted === null) return null;
  job.onProgress(file.size, counted.rows);
  return { cube: counted.cube, sha256, notes: noNotes() };
}
