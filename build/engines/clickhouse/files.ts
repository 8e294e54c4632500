import type { Source } from '../../../src/core/artifact/artifact.ts';
import { Cube } from '../../../src/core/cube/cube.ts';
import { fileError, type InputFile } from '../../sources/file.ts';
import type { Counted, Job } from '../engine.ts';
import { threads } from '../threads.ts';
import { withoutHeader } from './csv.ts';
import type { Database } from './database.ts';
import { clickHouseError } from './failure.ts';
import { hashFile } from './hash.ts';
import { type FilePlan, planFile } from './local-file.ts';
import { writeRejects } from './rejects.ts';
import { countRows, hasStrange } from './result.ts';
import { cubeQuery } from './sql/cube.ts';
import { isUrl, planUrl, urlSource } from './urls.ts';

/** Reads one file after the other, each with a query of its own, and adds the cubes up. */
export async function countFiles(job: Job, database: Database): Promise<Counted> {
  const total: Counted = { cube: new Cube(job.layout), sources: [] };
  for (const file of job.inputs) {
    const { cube, source } = await naming(file, () =>
      isUrl(file.path) ? countUrl(file, job, database) : countLocal(file, job, database),
    );
    total.cube.merge(cube);
    total.sources.push(source);
  }
  return total;
}

/** @returns the queries that {@link countFiles} would run */
export async function explainFiles(
  { inputs, config, layout }: Pick<Job, 'inputs' | 'config' | 'layout'>,
  database: Database,
): Promise<string> {
  const parts: string[] = [];
  for (const file of inputs) {
    const plan = await naming(file, () =>
      isUrl(file.path) ? planUrl(file, config, database) : planFile(file, config, database),
    );
    const query = plan === null ? LEFT : `${cubeQuery(plan.source, layout)};`;
    parts.push(`-- ${file.path}\n${query}\n`);
  }
  return parts.join('\n');
}

/** Bytes from which on it pays to compile the arithmetic of the query: that takes half a second. */
const WORTH = 64 << 20;
const COMPILED = 'compile_expressions = 1, min_count_to_compile_expression = 0';

const LEFT = '-- (read by the engine stream: it is no CSV with a line for each row, and no Parquet)';

async function countLocal(
  file: InputFile,
  job: Job,
  database: Database,
): Promise<{ cube: Cube; source: Source }> {
  const plan = await planFile(file, job.config, database);
  if (plan === null) return await leave(file, job);
  const [hashed, answer] = await Promise.allSettled([
    hashFile(file, (bytes) => job.onProgress(bytes, 0)),
    database.rows(cubeQuery(plan.source, job.layout), file.size < WORTH ? '' : COMPILED),
  ]);
  if (hashed.status === 'rejected') throw hashed.reason;
  const { sha256, isText } = hashed.value;
  // What ClickHouse says of a file that is no text, or read in its way, is not said of the history.
  const isPlain = isText || !plan.isStoredText;
  if (isPlain && answer.status === 'rejected') throw answer.reason;
  if (!isPlain || answer.status === 'rejected' || hasStrange(answer.value)) {
    return await leave(file, { ...job, onProgress: (_, rows) => job.onProgress(0, rows) });
  }
  const { cube, rows } = countRows(withoutHeaderOf(plan, answer.value), job.layout);
  if (job.rejects) await writeRejects(file.name, plan, job.layout, database, job.rejects);
  job.onProgress(0, rows);
  return { cube, source: { name: file.name, sha256, rows } };
}

/** Has the engine read a file that reads every file there is. */
async function leave(file: InputFile, job: Job): Promise<{ cube: Cube; source: Source }> {
  const { cube, sources } = await threads({ ...job, inputs: [file] });
  const [source] = sources;
  if (source === undefined) throw new Error('the engine threads has lost a file');
  return { cube, source };
}

async function countUrl(
  file: InputFile,
  job: Job,
  database: Database,
): Promise<{ cube: Cube; source: Source }> {
  const plan = await planUrl(file, job.config, database);
  const answer = await database.rows(cubeQuery(plan.source, job.layout));
  const counted = countRows(withoutHeaderOf(plan, answer), job.layout);
  const source = await urlSource(file, answer, counted.rows);
  if (job.rejects) await writeRejects(file.name, plan, job.layout, database, job.rejects);
  job.onProgress(0, counted.rows);
  return { cube: counted.cube, source };
}

function withoutHeaderOf({ csv }: FilePlan, rows: string[][]): string[][] {
  return csv === null ? rows : withoutHeader(rows, csv);
}

async function naming<T>(file: InputFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const said = clickHouseError(file.path, error);
    throw said === error && !isUrl(file.path) ? fileError(file.path, error) : said;
  }
}
