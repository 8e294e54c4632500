import { DataError } from '../../src/core/errors.ts';
import { closestMatch, positionOf } from '../../src/core/history/columns.ts';
import { CUSTOMER_FIELDS, type CustomerField } from './record.ts';

/**
 * Finds the columns that deciding looks at. Only the country is never left out; what else is needed depends on the
 * segment, and a customer without it is rejected by name.
 *
 * @returns the position of each field's column, -1 for a missing column
 * @throws DataError for a file without a country, or with two columns of one name
 */
export function locateCustomerColumns(
  names: readonly string[],
  columns: Readonly<Record<CustomerField, string>>,
): Record<CustomerField, number> {
  const positions = CUSTOMER_FIELDS.map((field) => [field, positionOf(columns[field], names)] as const);
  const found = Object.fromEntries(positions) as Record<CustomerField, number>;
  if (found.country_code !== -1) return found;
  const closest = closestMatch(columns.country_code, names);
  throw new DataError(
    `expected a column "${columns.country_code}"${closest === null ? '' : ` (closest match: "${closest}")`}, ` +
      `found ${names.slice(0, 30).join(', ')}. If it has another name, say so under \`columns\` in the config.`,
  );
}
