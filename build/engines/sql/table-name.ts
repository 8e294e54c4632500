import { DataError } from '../../../src/core/errors.ts';
import type { Dialect } from './dialect.ts';

/**
 * @param name a table, perhaps with its database and schema (`sales.history`); a ref of dbt (`{{ ref('history') }}`) or
 *   a sub-query between parentheses stays as it is
 * @returns what follows FROM
 * @throws DataError for a name with an empty part
 */
export function tableName(name: string, dialect: Dialect): string {
  const trimmed = name.trim();
  if (/^\{\{.*\}\}$/s.test(trimmed)) return trimmed;
  if (/^\(.*\)$/s.test(trimmed)) return `${trimmed} AS history`;
  const parts = trimmed.split('.');
  if (parts.length > 4 || parts.includes('')) {
    throw new DataError(`--table takes a table such as db.history, got ${JSON.stringify(name)}`);
  }
  return parts.map((part) => dialect.identifier(part)).join('.');
}
