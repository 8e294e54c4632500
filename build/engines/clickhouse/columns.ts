import { type Config, FIELDS, type Field } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import { identifier } from './sql/literals.ts';
import type { Column } from './sql/rules.ts';

/** A column of a table or of a Parquet file, as DESCRIBE gives it. */
export interface DescribedColumn {
  name: string;
  type: string;
}

const TIMES: ReadonlySet<Field> = new Set<Field>(['timestamp', 'last_order_ts', 'first_order_ts']);

/** Seconds from 1970 to the first second of the year 0 and to the last one of 9999: what core calls a time. */
const FIRST = -62_167_219_200;
const LAST = 253_402_300_799;

/**
 * Finds the columns of a history among those of a table, of whatever type they are.
 *
 * @throws DataError for a missing column, and for one whose values are no single text, number or time
 */
export function columnsOf(
  described: readonly DescribedColumn[],
  columns: Config['columns'],
): Record<Field, Column> {
  const positions = locateColumns(
    described.map(({ name }) => name.trim()),
    columns,
  );
  const found = FIELDS.map((field): [Field, Column] => {
    const column = described[positions[field]];
    return [field, column ? columnOf(field, column) : { kind: 'text', sql: "''" }];
  });
  return Object.fromEntries(found) as Record<Field, Column>;
}

function columnOf(field: Field, { name, type: described }: DescribedColumn): Column {
  const sql = identifier(name);
  const type = described.replace(AGGREGATE, '$1');
  const base = /^(?:LowCardinality\()?(?:Nullable\()?(\w+)/.exec(type)?.[1] ?? type;
  const isNullable = type.includes('Nullable(');
  if (TIMES.has(field) && SECONDS[base]) return { kind: 'seconds', sql: inRange(SECONDS[base](sql, type)) };
  if (NESTED.test(base)) {
    throw new DataError(`expected one value in each row of column "${name}", found the type ${type}`);
  }
  const text = textOf(base, sql, type);
  return { kind: 'text', sql: isNullable ? `ifNull(${text}, '')` : text };
}

/** Such a column holds values of the type inside. */
const AGGREGATE = /^SimpleAggregateFunction\(\w+(?:\([^()]*\))?, (.*)\)$/s;
const NESTED = /^(?:Array|Tuple|Map|Nested|JSON|Object|Variant|Dynamic|AggregateFunction)$/;

/** Seconds since 1970 of a value of a time type, whatever the time zones of server and column. */
const SECONDS: Readonly<Record<string, ((sql: string, type: string) => string) | undefined>> = {
  // The days that are stored, as a number.
  Date: (sql) => `toInt64(toUInt16(${sql})) * 86400`,
  Date32: (sql) => `toInt64(toInt32(${sql})) * 86400`,
  DateTime: (sql) => `toInt64(toUInt32(${sql}))`,
  DateTime64(sql, type) {
    const perSecond = 10 ** Number(/DateTime64\((\d)/.exec(type)?.[1] ?? 3);
    const ticks = `reinterpretAsInt64(${sql})`;
    return `intDiv(${ticks} - positiveModulo(${ticks}, ${perSecond}), ${perSecond})`;
  },
};

/** A time of another year is none for core, as its text would be. */
function inRange(seconds: string): string {
  return `if(${seconds} BETWEEN ${FIRST} AND ${LAST}, ${seconds}, NULL)`;
}

/** The text that a CSV file would hold, or one that core takes for the same. */
function textOf(base: string, sql: string, type: string): string {
  if (base === 'String')
    return type.startsWith('LowCardinality(')
      ? `CAST(${sql} AS ${type.includes('Nullable(') ? 'Nullable(String)' : 'String'})`
      : sql;
  // 0 is added since a negative zero is written "-0", which is no whole number.
  if (base === 'Float64') return `toString(${sql} + 0)`;
  if (base === 'Float32') return `toString(toFloat32(${sql} + 0))`;
  return `toString(${sql})`;
}
