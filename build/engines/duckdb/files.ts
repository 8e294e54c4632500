import type { Config } from '../../../src/core/config/config.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import type { InputFile } from '../../read/file.ts';
import { isAddress } from '../../read/remote/address.ts';
import { isParquet } from '../../read/stored.ts';
import type { Database } from '../database.ts';
import { doubled } from '../sql/dialect.ts';

/** How DuckDB is to read a file: see {@link countQuery}. */
export interface FilePlan {
  from: string;
  columns: Readonly<Record<Field, string>>;
}

const NO_TIMES = 'CAST(NULL AS TIMESTAMP)';
const WHOLE = /^U?(?:(?:TINY|SMALL|BIG)INT|INTEGER)$/;
const NUMBER = /^(?:DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))$/;

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
  const columns = FIELDS.map((field): [Field, string | null] => {
    const [name, type = ''] = described[positions[field]] ?? [];
    return [field, name === undefined ? NO_TIMES : columnOf(field, doubled(name, '"'), type, config)];
  });
  if (columns.some(([, column]) => column === null)) return null;
  return { from, columns: Object.fromEntries(columns) as Record<Field, string> };
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

/** @returns null for a column that is left to our reader, such as times as text: it takes no longer there */
function columnOf(field: Field, name: string, type: string, { numbers }: Config): string | null {
  switch (field) {
    case 'country_code':
      return type === 'VARCHAR' || WHOLE.test(type) ? `CAST(${name} AS VARCHAR)` : null;
    case 'voucher_amount': {
      // Numbers of such a type have a point, whatever the config says of texts.
      const isAlike =
        type === 'VARCHAR' || WHOLE.test(type) || (NUMBER.test(type) && numbers.decimal === '.');
      return isAlike ? `CAST(${name} AS VARCHAR)` : null;
    }
    case 'total_orders':
      return WHOLE.test(type) || NUMBER.test(type) ? name : null;
    default:
      if (/^(?:DATE|TIMESTAMP(?:_S|_MS)?)$/.test(type)) return `CAST(${name} AS TIMESTAMP)`;
      return type === 'TIMESTAMP WITH TIME ZONE' ? `make_timestamp(epoch_us(${name}))` : null;
  }
}
