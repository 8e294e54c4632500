import Papa from 'papaparse';
import { type DuckDb, openDuckdb } from '../../../build/engines/duckdb/database.ts';
import { dialectNamed } from '../../../build/engines/sql/dialects.ts';
import { duckdbMissing, isDuckdbInstalled } from './duckdb.ts';
import { isPostgresInstalled, Postgres, postgresMissing } from './postgres.ts';
import { freePorts, isServerInstalled, Server, serverMissing } from './server.ts';
import { tabSeparated } from './tables.ts';

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

export interface Place {
  dialect: 'duckdb' | 'postgres' | 'clickhouse';
  title: string;
  isThere: boolean;
  open(): Promise<Warehouse>;
}

let tables = 0;
const nextTable = () => `history_${tables++}`;
const structure = (columns: readonly string[], type: string, dialect: Place['dialect']) =>
  columns.map((name) => `${dialectNamed(dialect).identifier(name)} ${type}`).join(', ');

export const PLACES: readonly Place[] = [
  {
    dialect: 'duckdb',
    title: `DuckDB${duckdbMissing}`,
    isThere: isDuckdbInstalled,
    open: async () => duckdbWarehouse(await openDuckdb()),
  },
  {
    dialect: 'postgres',
    title: `PostgreSQL${postgresMissing}`,
    isThere: isPostgresInstalled,
    open: async () => postgresWarehouse(Postgres.start()),
  },
  {
    dialect: 'clickhouse',
    title: `a ClickHouse server${serverMissing}`,
    isThere: isServerInstalled,
    async open() {
      const [port = 0] = await freePorts(1);
      return clickhouseWarehouse(await Server.start(port));
    },
  },
];

function duckdbWarehouse(database: DuckDb): Warehouse {
  const { literal } = dialectNamed('duckdb');
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
      const { names, rows } = await database.rows(select);
      return Papa.unparse([names, ...rows]);
    },
    close: async () => database.close(),
  };
}

function postgresWarehouse(server: Postgres): Warehouse {
  return {
    async put(columns, rows) {
      const name = nextTable();
      await server.run(`CREATE TABLE ${name} (${structure(columns, 'TEXT', 'postgres')})`);
      await server.run(`COPY ${name} FROM STDIN`, tabSeparated(rows));
      return name;
    },
    run: async (sql) => void (await server.run(sql)),
    csv: (select) => server.run(select),
    close: async () => server.stop(),
  };
}

function clickhouseWarehouse(server: Server): Warehouse {
  return {
    async put(columns, rows) {
      const name = nextTable();
      await server.run(
        `CREATE TABLE ${name} (${structure(columns, 'String', 'clickhouse')}) ENGINE = Memory`,
      );
      if (rows.length > 0) await server.run(`INSERT INTO ${name} FORMAT TabSeparated`, tabSeparated(rows));
      return name;
    },
    run: async (sql) => void (await server.run(sql)),
    csv: (select) => server.run(`${select} FORMAT CSVWithNames`),
    close: () => server.stop(),
  };
}
