import { type Config, FIELDS, type Field } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import { secondsText } from '../../read/seconds-text.ts';
import { identifier } from './sql/literals.ts';
import type { Column } from './sql/rules.ts';

/** A column of a table or of a Parquet file, as DESCRIBE gives it. */
export interface DescribedColumn {
  name: string;
  type: string;
}

const TIMES: ReadonlySet<Field> = new Set<Field>(['timestamp', 'last_order_ts', 'first_order_ts']);

/**
 * Finds the columns of a history among those of a table, of whatever type they are.
 *
 * @throws DataError for a missing column, and for one whose values are no single text, number or time
 */
export function columnsOf(
  described: readonly DescribedColumn[],
  columns: Config['columns'],
): Record<Field, Column> {
  const found = located(described, columns).map(([field, column]): [Field, Column] => [
    field,
    column ? columnOf(field, column) : { kind: 'text', sql: "''" },
  ]);
  return Object.fromEntries(found) as Record<Field, Column>;
}

/** @returns whether every column of a Parquet file has a type of which ClickHouse makes what the other engines do */
export function isReadAlike(described: readonly DescribedColumn[], columns: Config['columns']): boolean {
  return located(described, columns).every(([field, column]) => {
    if (column === undefined) return true;
    const base = baseOf(column.type);
    if (ALIKE.test(base)) return true;
    return TIMES.has(field) ? SECONDS[base] !== undefined : field !== 'country_code' && NUMBER.test(base);
  });
}

const ALIKE = /^(?:String|U?Int(?:8|16|32|64)|Bool|UUID)$/;
/** The same numbers, in other digits: for a country they are another name. */
const NUMBER = /^(?:Float(?:32|64)|Decimal)$/;

function located(
  described: readonly DescribedColumn[],
  columns: Config['columns'],
): [Field, DescribedColumn | undefined][] {
  const positions = locateColumns(
    described.map(({ name }) => name.trim()),
    columns,
  );
  return FIELDS.map((field) => [field, described[positions[field]]]);
}

function baseOf(type: string): string {
  return /^(?:LowCardinality\()?(?:Nullable\()?(\w+)/.exec(type)?.[1] ?? type;
}

function columnOf(field: Field, { name, type: described }: DescribedColumn): Column {
  const sql = identifier(name);
  const type = described.replace(AGGREGATE, '$1');
  const base = baseOf(type);
  const isNullable = type.includes('Nullable(');
  const seconds = TIMES.has(field) ? SECONDS[base]?.(sql, type) : undefined;
  if (seconds) return { kind: 'seconds', sql: seconds, shown: (text) => secondsText(Number(text)) };
  if (NESTED.test(base)) {
    throw new DataError(`expected one value in each row of column "${name}", found the type ${type}`);
  }
  const text = textOf(base, sql, type);
  return { kind: 'text', sql: isNullable ? `ifNull(${text}, '')` : text, shown: shownAs(base, type) };
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
    return `intDiv(${ticks}, ${perSecond}) - (modulo(${ticks}, ${perSecond}) < 0)`;
  },
};

/** The digits of the other engines, where ClickHouse has fewer, or other words. */
function shownAs(base: string, type: string): Column['shown'] {
  if (base.startsWith('Float')) return (text) => String(Number(text.replace('inf', 'Infinity')));
  const scale = Number(/Decimal\(\d+, (\d+)\)/.exec(type)?.[1] ?? 0);
  if (scale === 0) return undefined;
  return (text) => {
    const [whole, fraction = ''] = text.split('.');
    return `${whole}.${fraction.padEnd(scale, '0')}`;
  };
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
