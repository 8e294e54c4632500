import type { Config } from '../../../src/core/config/config.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import type { InputFile } from '../../read/file.ts';
import { isAddress } from '../../read/remote/address.ts';
import { isParquet } from '../../read/stored.ts';
import type { Database } from '../database.ts';
import { doubled } from '../sql/dialect.ts';
import type { Column } from './query.ts';

/** How DuckDB is to read a file. */
export interface FilePlan {
  from: string;
  columns: Readonly<Record<Field, Column>>;
}

const EMPTY: Column = { text: 'NULL', time: null };

/** Types whose text in DuckDB means the same value as in a CSV file. */
const ALIKE = /^(?:VARCHAR|U?(?:TINY|SMALL|BIG)INT|U?INTEGER)$/;
const NUMBER = /^(?:DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))$/;
const TIMES: ReadonlySet<Field> = new Set<Field>(['timestamp', 'last_order_ts', 'first_order_ts']);

/** @returns whether DuckDB may be faster than our reader: it is for Parquet of this machine */
export async function isForDuckdb(file: InputFile): Promise<boolean> {
  // What the names of folders say is for our reader to compare with the columns, and what is wrong with a file to say.
  if (file.size === 0 || isAddress(file.path) || file.folders !== undefined) return false;
  return await isParquet(file).catch(() => false);
}

/** @returns null for a file of Parquet that DuckDB may read in another way than our reader */
export async function planFile(
  file: InputFile,
  config: Config,
  database: Database,
): Promise<FilePlan | null> {
  const from = `read_parquet(${doubled(file.path, "'")}, hive_partitioning = false)`;
  const described = await database.rows(`DESCRIBE SELECT * FROM ${from}`);
  if (await isReadOtherwise(file, described.length, database)) return null;
  const names = described.map(([name = '']) => name.trim());
  const positions = locateColumns(names, config.columns);
  const columns = FIELDS.map((field): [Field, Column | null] => {
    const [name, type = ''] = described[positions[field]] ?? [];
    return [field, name === undefined ? EMPTY : columnOf(field, doubled(name, '"'), type, config)];
  });
  if (columns.some(([, column]) => column === null)) return null;
  return { from, columns: Object.fromEntries(columns) as Record<Field, Column> };
}

/**
 * DuckDB gives other names to columns of one name, and reads decimals of more than 38 digits as other numbers.
 *
 * @returns whether it does something of the kind with a file
 */
async function isReadOtherwise(file: InputFile, columns: number, database: Database): Promise<boolean> {
  const [[names, long] = []] = await database.rows(
    `SELECT count(DISTINCT name), count(*) FILTER (precision > 38) FROM parquet_schema(${doubled(file.path, "'")}) WHERE num_children IS NULL`,
  );
  return Number(names) < columns || Number(long) > 0;
}

function columnOf(field: Field, name: string, type: string, { numbers }: Config): Column | null {
  const asText = `CAST(${name} AS VARCHAR)`;
  if (ALIKE.test(type)) return { text: asText, time: null };
  if (!TIMES.has(field)) {
    // Numbers of such a type have a point, whatever the config says of texts.
    const isNumber = field !== 'country_code' && NUMBER.test(type) && numbers.decimal === '.';
    return isNumber ? { text: asText, time: null } : null;
  }
  if (/^(?:DATE|TIMESTAMP(?:_S|_MS)?)$/.test(type))
    return { text: asText, time: `CAST(${name} AS TIMESTAMP)` };
  if (type === 'TIMESTAMP WITH TIME ZONE') {
    const time = `make_timestamp(epoch_us(${name}))`;
    return { text: `CAST(${time} AS VARCHAR)`, time };
  }
  return null;
}
