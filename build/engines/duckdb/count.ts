import { noNotes } from '../../../src/core/history/unread.ts';
import { hashFile } from '../../read/bytes.ts';
import type { InputFile } from '../../read/file.ts';
import type { Database } from '../database.ts';
import type { CountedFile, Job } from '../engine.ts';
import { readResult } from '../sql/result.ts';
import { planFile } from './files.ts';
import { countQuery } from './query.ts';

/** Counts the rows of a file. @returns null for one that our reader has to read */
export async function countInDuckdb(
  file: InputFile,
  { config, onProgress }: Job,
  database: Database,
): Promise<CountedFile | null> {
  // What is wrong with a file is for our reader to say, in its words.
  const plan = await planFile(file, config, database).catch(() => null);
  if (plan === null) return null;
  const hashing = hashFile(file);
  const counting = database.rows(countQuery(plan, config)).then((rows) => {
    // Our reader may take a quote in a field for the start of another text.
    if (rows.some((values) => values.some((value) => value.includes('"')))) return null;
    return readResult(rows, config);
  });
  const [sha256, counted] = await Promise.all([hashing.catch(() => null), counting.catch(() => null)]);
  if (sha256 === null || counted === null) return null;
  const { cube, rows } = counted;
  // The lines of what cannot be read are to be shown.
  if ([...cube.countries.values()].some(({ unreadable }) => Object.keys(unreadable).length > 0)) return null;
  onProgress(file.size, rows);
  return { cube, sha256, notes: noNotes() };
}
