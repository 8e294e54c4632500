import { DataError } from '../../src/core/errors.ts';
import type { Engine } from './engine.ts';

/** A table on a server, or on a cluster through one of its servers. */
export interface ServerTable {
  url: string;
  name: string;
}

/** Has a ClickHouse server or cluster clean and count a table: only the cube comes back. */
export function clickhouse({ url, name }: ServerTable): Engine {
  return async (job) => {
    if (job.rejects) throw new DataError(NO_REJECTS);
    // Loaded when it is asked for: other builds would wait for it as long as for a small file.
    const { countTable } = await import('./clickhouse/table.ts');
    const { openServer } = await import('./clickhouse/server.ts');
    const server = await openServer(url, process.env);
    try {
      return await countTable(name, job, server);
    } catch (error) {
      throw error instanceof DataError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
    } finally {
      await server.close();
    }
  };
}

const NO_REJECTS =
  '--rejects is not offered for a table on a server: only counts leave it. Every reason is counted in the summary';
