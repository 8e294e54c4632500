import { existsSync } from 'node:fs';
import { openDuckdb } from '../../../build/engines/duckdb/database.ts';
import type { DialectName } from '../../../build/engines/sql/dialects.ts';
import { ROOT } from '../../unit/support/command.ts';
import { duckdbMissing, isDuckdbInstalled } from './duckdb.ts';
import { duckdbWarehouse, type Warehouse } from './warehouse.ts';

const PARSER = '@polyglot-sql/sdk';
const hasParser = existsSync(`${ROOT}node_modules/${PARSER}`);

export const isTranslatorInstalled = hasParser && isDuckdbInstalled;
/** To be added to the title of what is skipped. */
export const translatorMissing = hasParser ? duckdbMissing : ` (skipped: ${PARSER} is not installed)`;

/** What is used of the parser, which is an optional install. */
interface Parser {
  transpile(
    sql: string,
    from: string,
    to: string,
    options: { pretty: boolean },
  ): { success: boolean; sql?: readonly string[]; error?: string };
}

/** Functions that DuckDB has under another name, and that the parser leaves as they are. */
const STAND_INS = [
  'CREATE MACRO to_number(value) AS CAST(value AS BIGINT)',
  "CREATE MACRO regexp_substr(value, form, start, nth, flags, part) AS NULLIF(regexp_extract(value, form, 1), '')",
  // Trino divides whole numbers by `/`.
  'SET integer_division = true',
];

/** DuckDB in place of another database: a parser reads the SELECT in the dialect of that one, and writes it in DuckDB's. */
export async function translatedWarehouse(dialect: DialectName): Promise<Warehouse> {
  const parser = (await import(PARSER)) as Parser;
  const database = await openDuckdb();
  for (const statement of STAND_INS) await database.rows(statement);
  const warehouse = duckdbWarehouse(database);
  return {
    ...warehouse,
    async csv(select) {
      const {
        success,
        sql = [],
        error,
      } = parser.transpile(withCharacters(select), dialect, 'duckdb', { pretty: true });
      if (!success) throw new Error(`it is not ${dialect}: ${error}`);
      return await warehouse.csv(sql.join(';\n'));
    },
  };
}

/** Writes characters as themselves, where the parser would leave their escapes. */
function withCharacters(select: string): string {
  return select
    .replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => character(hex, "\\'"))
    .replace(
      /U&'([^']*)'/g,
      (_, text: string) => `'${text.replace(/\\([0-9a-f]{4})/g, (_, hex: string) => character(hex, "''"))}'`,
    );
}

/** @param quote as the text that the character is in has it */
function character(hex: string, quote: string): string {
  const one = String.fromCharCode(Number.parseInt(hex, 16));
  return one === "'" ? quote : one;
}
