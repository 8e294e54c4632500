import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import { DIALECTS } from '../sql/dialects.ts';

/**
 * Finds the columns of a history among those of a table, of whatever type they are.
 *
 * @param described the name and the type of each, as DESCRIBE gives them
 * @returns SQL for each, of a value whose text a CSV file would hold
 * @throws DataError for a missing column, and for one whose values are no single text, number or time
 */
export function columnsOf(
  described: readonly (readonly string[])[],
  { columns, numbers }: Pick<Config, 'columns' | 'numbers'>,
): Record<Field, string> {
  const names = described.map(([name = '']) => name.trim());
  const positions = locateColumns(names, columns);
  const found = FIELDS.map((field) => {
    const [name, type = ''] = described[positions[field]] ?? [];
    return [field, name === undefined ? "''" : columnOf(name, type, numbers.decimal)];
  });
  return Object.fromEntries(found) as Record<Field, string>;
}

/** A column of these types holds several values in each row, or states that have no value yet. */
const NESTED = /^(?:Array|Tuple|Map|Nested|JSON|Object|Variant|Dynamic|AggregateFunction)$/;
/** Such a column holds values of the type inside. */
const AGGREGATE = /^SimpleAggregateFunction\(\w+(?:\([^()]*\))?, (.*)\)$/s;

function columnOf(name: string, described: string, decimal: string): string {
  const sql = DIALECTS.clickhouse.identifier(name);
  const type = described.replace(AGGREGATE, '$1');
  const base = /^(?:LowCardinality\()?(?:Nullable\()?(\w+)/.exec(type)?.[1] ?? type;
  if (NESTED.test(base)) {
    throw new DataError(`expected one value in each row of column "${name}", found the type ${type}`);
  }
  // Whatever the time zones of server and column are.
  if (/^DateTime(?:64)?$/.test(base)) return `toString(${sql}, 'UTC')`;
  // Numbers are written with a point, whatever the config says of texts.
  if (/^(?:Float|Decimal)/.test(base) && decimal !== '.')
    return `replaceOne(toString(${sql}), '.', '${decimal}')`;
  return sql;
}
