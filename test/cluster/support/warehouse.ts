import Papa from 'papaparse';
import type { Database } from '../../../build/engines/database.ts';
import { DIALECTS, type DialectName } from '../../../build/engines/sql/dialects.ts';

/** A database in which a SELECT that was emitted is run. */
export interface Warehouse {
  /** Makes a table of text. @returns its name */
  put(columns: readonly string[], rows: readonly (readonly string[])[]): Promise<string>;
  /** Runs a statement without a result. */
  run(sql: string): Promise<void>;
  /** Runs a SELECT. @returns its result as CSV with a header, as a person would save it */
  csv(select: string): Promise<string>;
  close(): Promise<void>;
}

let tables = 0;
export const nextTable = () => `history_${tables++}`;
export const structure = (columns: readonly string[], type: string, dialect: DialectName) =>
  columns.map((name) => `${DIALECTS[dialect].identifier(name)} ${type}`).join(', ');

export function duckdbWarehouse(database: Database): Warehouse {
  const { literal } = DIALECTS.duckdb;
  return {
    async put(columns, rows) {
      const name = nextTable();
      await database.rows(`CREATE TABLE ${name} (${structure(columns, 'VARCHAR', 'duckdb')})`);
      for (let at = 0; at < rows.length; at += 1000) {
        const values = rows.slice(at, at + 1000).map((row) => `(${row.map(literal).join(', ')})`);
        await database.rows(`INSERT INTO ${name} VALUES ${values.join(', ')}`);
      }
      return name;
    },
    run: async (sql) => void (await database.rows(sql)),
    async csv(select) {
      // A table, so that the SELECT is planned once: that takes longer than to run it.
      await database.rows(`CREATE OR REPLACE TEMP TABLE result AS ${select}`);
      const columns = await database.rows('DESCRIBE result');
      return Papa.unparse([columns.map(([name]) => name), ...(await database.rows('FROM result'))]);
    },
    close: () => database.close(),
  };
}
