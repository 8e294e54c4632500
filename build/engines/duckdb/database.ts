import { DataError } from '../../../src/core/errors.ts';
import { asText, type Database } from '../database.ts';

/** The version that the tests run with. */
const DUCKDB_PACKAGE = '@duckdb/node-api@1.5.6-r.1';

/** What is used of the package, which is not a dependency: it weighs 70 MB. */
interface NodeApi {
  DuckDBInstance: {
    create(
      path: string,
      options: Record<string, string>,
    ): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
        closeSync(): void;
      }>;
      closeSync(): void;
    }>;
  };
}

/**
 * Opens DuckDB in this process.
 *
 * @param settings of DuckDB, by name
 * @throws DataError that says how to get it where it is not installed
 */
export async function openDuckdb(settings: Record<string, string> = {}): Promise<Database> {
  const { DuckDBInstance } = await load();
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  return {
    rows: async (sql) => asText((await connection.runAndReadAll(sql)).getRows()),
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function load(): Promise<NodeApi> {
  // A name that no tool resolves ahead of time: type checkers and bundlers are to do without the package too.
  const name: string = '@duckdb/node-api';
  try {
    return (await import(name)) as NodeApi;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why =
      'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : error.message;
    throw new DataError(
      `DuckDB cannot run: ${why}. Install it with \`npm install --no-save ${DUCKDB_PACKAGE}\` (70 MB), or leave --engine out`,
      { cause: error },
    );
  }
}
