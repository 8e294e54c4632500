import type { InputFile } from '../read/file.ts';
import { countInDuckdb } from './duckdb/count.ts';
import { openDuckdb } from './duckdb/database.ts';
import { isForDuckdb } from './duckdb/files.ts';
import { type Engine, Total } from './engine.ts';
import { threads } from './threads.ts';

/**
 * Counts Parquet of times and numbers in DuckDB, in this process (see duckdb/query.ts). Read by threads are: all other files,
 * which DuckDB takes longer for; Parquet that DuckDB could read in another way than our reader, or with something odd, whose
 * place DuckDB does not know; and all files when rejects are wanted.
 *
 * @throws DataError that says how to install it
 */
export const duckdb: Engine = async (job) => {
  const inputs: InputFile[] = [];
  if (job.rejects === null) for (const file of job.inputs) if (await isForDuckdb(file)) inputs.push(file);
  if (inputs.length === 0) return await threads(job);
  const total = new Total(job);
  const database = await openDuckdb({ preserve_insertion_order: 'false' });
  try {
    for (const file of inputs) {
      const counted = await countInDuckdb(file, job, database);
      if (counted !== null) total.add(file, counted);
    }
    await total.read(total.missing(), threads);
    return total.counted();
  } finally {
    await database.close();
  }
};
