import type { Config } from '../../src/core/config/config.ts';
import { DataError } from '../../src/core/errors.ts';
import { UsageError } from '../cli/options.ts';
import { DIALECTS, isDialectName } from './sql/dialects.ts';

/** The option that prints the SELECT of a cube. */
export const EMIT_SQL_OPTION = {
  value: 'DIALECT',
  description: `Print the SELECT that makes the cube of --table, and stop: ${dialectNames('executed')} (run in the tests), ${dialectNames('translated')} (run in the tests as DuckDB, translated)`,
} as const;

function dialectNames(tested: 'executed' | 'translated'): string {
  return Object.values(DIALECTS)
    .filter((dialect) => dialect.tested === tested)
    .map(({ name }) => name)
    .join(', ');
}

/**
 * @returns the SELECT that makes the cube of a table
 * @throws UsageError for an unknown dialect, or no table; DataError for a config that the dialect cannot express
 */
export async function emitSql(name: string, table: string | undefined, config: Config): Promise<string> {
  if (!isDialectName(name)) {
    throw new UsageError(
      `--emit-sql takes a dialect (${Object.keys(DIALECTS).join(', ')}), got ${JSON.stringify(name)}`,
    );
  }
  if (table === undefined) throw new UsageError('--emit-sql needs --table, the table that the SELECT reads');
  // Loaded when it is asked for: the result of a SELECT is read without it.
  const [{ cubeSelect }, { tableName }] = await Promise.all([
    import('./sql/select.ts'),
    import('./sql/table-name.ts'),
  ]);
  const dialect = DIALECTS[name];
  const from = tableName(table, dialect);
  const select = cubeSelect({ config, dialect, from });
  if (from.startsWith('{{') && /\{[{%#]/.test(select.replaceAll(from, ''))) {
    throw new DataError(
      'dbt would read a name in the config as a template: rename what has "{{", "{%" or "{#" in it',
    );
  }
  return select;
}
