import { DataError } from '../../src/core/errors.ts';
import type { Database } from './clickhouse/database.ts';
import type { Engine, Job } from './engine.ts';

/** What a query depends on. */
export type Reading = Pick<Job, 'config' | 'layout' | 'inputs'>;

/** A table on a server, or on a cluster through one of its servers. */
export interface Table {
  url: string;
  name: string;
}

/**
 * Has ClickHouse clean and count: embedded in this process for files and addresses, or a server or cluster for a table.
 * Only the cube comes back. The query is compiled from the config: see clickhouse/sql/cube.ts. What does that is loaded
 * when it is asked for: other builds would wait for it as long as for a small file.
 */
export function clickhouse(table: Table | null): Engine {
  return async (job) => {
    if (table === null) {
      const { countFiles, database } = await embedded();
      return await countFiles(job, database);
    }
    if (job.rejects) throw new DataError(NO_REJECTS);
    const { countTable } = await import('./clickhouse/table.ts');
    return await withServer(table, (database) => countTable(table.name, job, database));
  };
}

/** @returns the queries that the engine would run */
export async function explain(table: Table | null, reading: Reading): Promise<string> {
  if (table === null) {
    const { explainFiles, database } = await embedded();
    return await explainFiles(reading, database);
  }
  const { explainTable } = await import('./clickhouse/table.ts');
  return await withServer(table, (database) => explainTable(table.name, reading, database));
}

const NO_REJECTS =
  '--rejects is not offered for a table on a server: only counts leave it. Every reason is counted in the summary';

async function embedded() {
  const { openEmbedded } = await import('./clickhouse/embedded.ts');
  return { ...(await import('./clickhouse/files.ts')), database: await openEmbedded() };
}

async function withServer<T>({ url, name }: Table, ask: (database: Database) => Promise<T>): Promise<T> {
  const { openServer } = await import('./clickhouse/server.ts');
  const server = await openServer(url, process.env);
  try {
    return await ask(server);
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
  } finally {
    await server.close();
  }
}
