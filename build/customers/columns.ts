import { DataError } from '../../src/core/errors.ts';
import { listed, positionOf, withClosest } from '../../src/core/history/columns.ts';
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
  throw new DataError(
    `expected a column ${withClosest(columns.country_code, names)}, found ${listed(names)}. ` +
      'If it has another name, say so under `columns` in the config.',
  );
}
