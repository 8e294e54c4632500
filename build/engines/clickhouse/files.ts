import type { Source } from '../../../src/core/artifact/artifact.ts';
import { Cube, type CubeLayout } from '../../../src/core/cube/cube.ts';
import { isUrl } from '../../read/address.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { identify } from '../cache/identity.ts';
import type { Counted, Job } from '../engine.ts';
import { threads } from '../threads.ts';
import { withoutHeader } from './csv.ts';
import type { Database } from './database.ts';
import { clickHouseError, codeOf, TOO_MANY_ROWS } from './failure.ts';
import { hashFile } from './hash.ts';
import { type FilePlan, planFile } from './local-file.ts';
import { countPlain } from './plain-result.ts';
import { writeRejects } from './rejects.ts';
import { type CountedRows, countRows, hasStrange } from './result.ts';
import { cubeQuery } from './sql/cube.ts';
import { PLAIN_SETTINGS, plainQuery } from './sql/plain.ts';
import { expandUrls, planUrl, urlSource } from './urls.ts';

/** Reads one file after the other, each with a query of its own, and adds the cubes up. */
export async function countFiles(job: Job, database: Database): Promise<Counted> {
  const total: Counted = { cube: new Cube(job.layout), sources: [], reports: [] };
  for (const file of await expandUrls(job.inputs, database)) {
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
  for (const file of await expandUrls(inputs, database)) {
    const plan = await naming(file, () =>
      isUrl(file.path) ? planUrl(file, config, database) : planFile(file, config, database),
    );
    parts.push(`-- ${file.path}\n${plan === null ? LEFT : queriesOf(plan, layout)}\n`);
  }
  return parts.join('\n');
}

function queriesOf({ plain, source }: FilePlan, layout: CubeLayout): string {
  const query = `${cubeQuery(source, layout)};`;
  return plain === null
    ? query
    : `${plainQuery(plain, layout)}\nSETTINGS ${PLAIN_SETTINGS};\n${OTHERWISE}\n${query}`;
}

const OTHERWISE = '-- (and where too many lines are written in other forms, or a line has a quote)';

/** Bytes from which on it pays to compile the arithmetic of a query: that takes half a second, of plain rows half of it. */
const WORTH = 64 << 20;
const WORTH_PLAIN = 384 << 20;
export const COMPILED = 'compile_expressions = 1, min_count_to_compile_expression = 0';

const LEFT =
  '-- (read by the engine threads: it is no CSV with a line for each row, no Parquet that ClickHouse reads as the others do, or has one of * ? { } :: in its path)';

async function countLocal(
  file: InputFile,
  job: Job,
  database: Database,
): Promise<{ cube: Cube; source: Source }> {
  const before = identify(file.path, 0)?.text;
  const plan = await planFile(file, job.config, database);
  if (plan === null) return await leave(file, job);
  // Asked first, since ClickHouse begins at once, while the hash keeps this thread to itself.
  const [answer, hashed] = await Promise.allSettled([
    ask(file, plan, job, database),
    hashFile(file, (bytes) => job.onProgress(bytes, 0)),
  ]);
  if (hashed.status === 'rejected') throw hashed.reason;
  const { sha256, isText } = hashed.value;
  const isLeft = plan.isStoredText && !isText;
  if (answer.status === 'rejected') {
    // What ClickHouse refuses of Parquet, and says of what is no text or cannot be unpacked, is not said of the history.
    const isItsOwn = plan.csv === null ? codeOf(answer.reason) === null : plan.isStoredText && isText;
    if (isItsOwn) throw answer.reason;
  }
  // Two readings: in between the file may have become another one.
  const isChanged = identify(file.path, 0)?.text !== before;
  if (isLeft || isChanged || answer.status === 'rejected' || answer.value === null) {
    return await leave(file, { ...job, onProgress: (_, rows) => job.onProgress(0, rows) });
  }
  const { cube, rows } = answer.value;
  if (job.rejects) await writeRejects(file.name, plan, job.layout, database, job.rejects);
  job.onProgress(0, rows);
  return { cube, source: { name: file.name, sha256, rows } };
}

/** @returns null where a row was read that core may read in another way */
async function ask(
  file: InputFile,
  plan: FilePlan,
  { layout }: Job,
  database: Database,
): Promise<CountedRows | null> {
  const counted = await askPlain(file, plan, layout, database);
  if (counted !== null) return counted;
  const answer = await database.rows(cubeQuery(plan.source, layout), file.size < WORTH ? '' : COMPILED);
  return hasStrange(answer) ? null : countRows(withoutHeaderOf(plan, answer), layout);
}

/** @returns null for a file that needs the query of all forms */
async function askPlain(
  { size }: InputFile,
  { plain, csv }: FilePlan,
  layout: CubeLayout,
  database: Database,
): Promise<CountedRows | null> {
  if (plain === null || csv === null) return null;
  const settings = size < WORTH_PLAIN ? PLAIN_SETTINGS : `${PLAIN_SETTINGS}, ${COMPILED}`;
  try {
    return countPlain(await database.rows(plainQuery(plain, layout), settings), csv, layout);
  } catch (error) {
    if (codeOf(error) === TOO_MANY_ROWS) return null;
    throw error;
  }
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
    const said = clickHouseError(isUrl(file.path) ? file.name : file.path, error);
    throw said === error && !isUrl(file.path) ? fileError(file.path, error) : said;
  }
}
