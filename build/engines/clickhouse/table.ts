import { sha256Hex } from '../../../src/core/canonical.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { Database } from '../database.ts';
import type { Counted, Job } from '../engine.ts';
import { DIALECTS } from '../sql/dialects.ts';
import { readResult } from '../sql/result.ts';
import { cubeSelect } from '../sql/select.ts';
import { tableName } from '../sql/table-name.ts';
import { columnsOf } from './columns.ts';

/** What ClickHouse writes in JSON for bytes that are not UTF-8. */
const NOT_UTF8 = '\ufffd';

/** Reads a table with one query, which each server of a cluster runs on its own rows: kilobytes come back. */
export async function countTable(name: string, job: Job, database: Database): Promise<Counted> {
  const answer = await database.rows(await tableQuery(name, job.config, database));
  // A table without rows has no group, and not even one of all.
  const empty = { cube: new Cube(cubeLayout(job.config)), rows: 0 };
  const { cube, rows } = answer.length > 0 ? readResult(answer, job.config) : empty;
  if ([...cube.countries.keys()].some((country) => country.includes(NOT_UTF8))) {
    throw new DataError('there are countries that are not text in UTF-8');
  }
  job.onProgress(0, rows);
  return { cube, sources: [{ name, sha256: await digestOf(answer), rows }], reports: [] };
}

/**
 * Replaces the hash where there is no file on this machine: that of all that was counted in it, which is the same
 * for the same rows.
 */
async function digestOf(rows: readonly string[][]): Promise<string> {
  return await sha256Hex(JSON.stringify(rows.map((row) => row.join('\t')).sort()));
}

async function tableQuery(name: string, config: Config, database: Database): Promise<string> {
  const dialect = DIALECTS.clickhouse;
  const from = tableName(name, dialect);
  const [table = '', owner, ...more] = name.split('.').reverse();
  if (more.length > 0) {
    throw new DataError(`--table takes a table such as db.history, got ${JSON.stringify(name)}`);
  }
  const described = await database.rows(`DESCRIBE TABLE ${from}`);
  const owned = owner === undefined ? 'currentDatabase()' : dialect.literal(owner);
  const [found] = await database.rows(
    `SELECT engine, engine_full FROM system.tables WHERE database = ${owned} AND name = ${dialect.literal(table)}`,
  );
  const fields = columnsOf(described, config);
  const shards = found?.[0] === 'Distributed' ? shardsOf(found[1] ?? '') : null;
  if (shards === null) return cubeSelect({ config, dialect, from, fields });
  const local = tableName(`${shards.database}.${shards.table}`, dialect);
  return cubeSelect({ config, dialect, from: local, fields, cluster: shards.cluster });
}

const ARGUMENT = "\\s*(?:'([^'\\\\]+)'|`([^`\\\\]+)`|(\\w+))\\s*";
const DISTRIBUTED = new RegExp(`^Distributed\\(${ARGUMENT},${ARGUMENT},${ARGUMENT}[,)]`);

/** @returns the cluster and the table on each of its servers; null where the table is to be asked itself, which is slower */
function shardsOf(engine: string): { cluster: string; database: string; table: string } | null {
  const found = DISTRIBUTED.exec(engine);
  if (found === null) return null;
  const [cluster, database, table] = [1, 4, 7].map((at) => found[at] ?? found[at + 1] ?? found[at + 2] ?? '');
  if (!cluster || !database || !table || `${database}${table}`.includes('.')) return null;
  return { cluster, database, table };
}
