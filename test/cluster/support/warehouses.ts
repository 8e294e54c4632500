import { openDuckdb } from '../../../build/engines/duckdb/database.ts';
import type { DialectName } from '../../../build/engines/sql/dialects.ts';
import { duckdbMissing, isDuckdbInstalled } from './duckdb.ts';
import { isPostgresInstalled, Postgres, postgresMissing } from './postgres.ts';
import { freePorts, isServerInstalled, Server, serverMissing } from './server.ts';
import { tabSeparated } from './tables.ts';
import { isTranslatorInstalled, translatedWarehouse, translatorMissing } from './translated.ts';
import { duckdbWarehouse, nextTable, structure, type Warehouse } from './warehouse.ts';

export interface Place {
  dialect: DialectName;
  /** The dialect in which tables are made. */
  own: 'duckdb' | 'postgres' | 'clickhouse';
  title: string;
  isThere: boolean;
  open(): Promise<Warehouse>;
}

export const PLACES: readonly Place[] = [
  {
    dialect: 'duckdb',
    own: 'duckdb',
    title: `DuckDB${duckdbMissing}`,
    isThere: isDuckdbInstalled,
    open: async () => duckdbWarehouse(await openDuckdb()),
  },
  {
    dialect: 'postgres',
    own: 'postgres',
    title: `PostgreSQL${postgresMissing}`,
    isThere: isPostgresInstalled,
    open: async () => postgresWarehouse(Postgres.start()),
  },
  {
    dialect: 'clickhouse',
    own: 'clickhouse',
    title: `a ClickHouse server${serverMissing}`,
    isThere: isServerInstalled,
    async open() {
      const [port = 0] = await freePorts(1);
      return clickhouseWarehouse(await Server.start(port));
    },
  },
  ...(['snowflake', 'bigquery', 'databricks', 'trino'] as const).map((dialect) => ({
    dialect,
    own: 'duckdb' as const,
    title: `DuckDB, translated from ${dialect}${translatorMissing}`,
    isThere: isTranslatorInstalled,
    open: async () => await translatedWarehouse(dialect),
  })),
];

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
