import { DataError } from '../../../src/core/errors.ts';

/** The version that the tests run with. */
export const DUCKDB_PACKAGE = '@duckdb/node-api@1.5.6-r.1';

/** DuckDB in this process. */
export interface DuckDb {
  /** Runs a query. @returns the names of its columns, and its rows: numbers as text, null as "" */
  rows(sql: string): Promise<{ names: string[]; rows: string[][] }>;
  close(): void;
}

/** What is used of the package, which is not a dependency: it weighs 70 MB. */
interface NodeApi {
  DuckDBInstance: {
    create(
      path: string,
      options: Record<string, string>,
    ): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ columnNames(): string[]; getRows(): unknown[][] }>;
        closeSync(): void;
      }>;
      closeSync(): void;
    }>;
  };
}

/**
 * @param settings of DuckDB, by name
 * @throws DataError that says how to get it where it is not installed
 */
export async function openDuckdb(settings: Record<string, string> = {}): Promise<DuckDb> {
  const { DuckDBInstance } = await load();
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  return {
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));
      return { names: reader.columnNames(), rows: reader.getRows().map((row) => row.map(text)) };
    },
    close() {
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
