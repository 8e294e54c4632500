import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { Counted, Job } from '../engine.ts';
import { columnsOf } from './columns.ts';
import type { Database } from './database.ts';
import { digestOf } from './digest.ts';
import { countRows } from './result.ts';
import { cubeQuery } from './sql/cube.ts';
import { identifier, literal } from './sql/literals.ts';
import type { CubeSource } from './sql/rules.ts';

/** Engines whose rows lie on the server that is asked. Of any other the rows may lie elsewhere. */
const LOCAL_ENGINE = /MergeTree$|^(?:Memory|Log|TinyLog|StripeLog|File)$/;

/** Reads a table with one query, which each server of a cluster runs on its own rows. */
export async function countTable(name: string, job: Job, database: Database): Promise<Counted> {
  const source = await planTable(name, job.config, database);
  const answer = await database.rows(cubeQuery(source, job.layout));
  const { cube, rows } = countRows(answer, job.layout);
  job.onProgress(0, rows);
  return { cube, sources: [{ name, sha256: await digestOf(answer), rows }], reports: [] };
}

/** @returns the query that {@link countTable} would run */
export async function explainTable(
  name: string,
  { config, layout }: Pick<Job, 'config' | 'layout'>,
  database: Database,
): Promise<string> {
  return `-- ${name}\n${cubeQuery(await planTable(name, config, database), layout)};\n`;
}

async function planTable(name: string, config: Config, database: Database): Promise<CubeSource> {
  const parts = name.split('.');
  const [table = '', owner] = parts.reverse();
  if (parts.length > 2 || parts.includes('')) {
    throw new DataError(`expected a table such as db.history for --table, got ${JSON.stringify(name)}`);
  }
  const from = [...(owner === undefined ? [] : [owner]), table].map(identifier).join('.');
  const described = await database.rows(`DESCRIBE TABLE ${from}`);
  const columns = described.map(([column = '', type = '']) => ({ name: column, type }));
  const owned = owner === undefined ? 'currentDatabase()' : literal(owner);
  const found = await database.rows(
    `SELECT engine FROM system.tables WHERE database = ${owned} AND name = ${literal(table)}`,
  );
  return {
    from,
    columns: columnsOf(columns, config.columns),
    restored: null,
    malformed: null,
    where: null,
    strange: null,
    distributed: !LOCAL_ENGINE.test(found[0]?.[0] ?? ''),
  };
}
