import { createHash } from 'node:crypto';
import type { Config } from '../../../src/core/config/config.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import { wholeLines } from '../../../src/core/history/utf8.ts';
import type { InputFile } from '../../read/file.ts';
import { isAddress } from '../../read/remote/address.ts';
import { isParquet } from '../../read/source.ts';
import { headOf, openSequential } from '../../read/stored.ts';
import { CSV_START, csvStart } from '../csv-start.ts';
import type { Database } from '../database.ts';
import { doubled } from '../sql/dialect.ts';
import type { Column } from './query.ts';

/** How DuckDB is to read a file. */
export interface FilePlan {
  from: string;
  columns: Readonly<Record<Field, Column>>;
  /** Bytes that the file must not have for DuckDB to read the rows that our reader reads. */
  without: readonly number[];
}

const LINE_END = Buffer.from('\n');
const QUOTE = 0x22;
const NUL = 0;
/** With which DOS ends a text. */
const CTRL_Z = 0x1a;
const CR = 0x0d;
/** What DuckDB is told to read as null, so that an empty field stays text. */
const NULL_MARK = 1;
/** Takes what is in a row beyond its last column; null where there is nothing, and a column that is left out is null as well. */
const EXTRA = 'extra';
const EMPTY: Column = { text: 'NULL', time: null };

/** @returns null for a file that DuckDB may read in another way than our reader, or not at all */
export async function planFile(
  file: InputFile,
  config: Config,
  database: Database,
): Promise<FilePlan | null> {
  // What the names of folders say is for our reader to compare with the columns.
  if (file.size === 0 || isAddress(file.path) || file.folders !== undefined) return null;
  if (await isParquet(file)) return await planParquet(file, config, database);
  const head = await headOf(file, CSV_START);
  // The last line need not have an end.
  const ended = head.length < file.size ? head : Buffer.concat([head, LINE_END]);
  const start = csvStart(ended.subarray(0, wholeLines(ended)), config.columns);
  if (start === null || start.skip === null || head.includes(CR) || head.includes(NUL)) return null;
  const { shape, skip } = start;
  const quoted = head.includes(QUOTE);
  const names = shape.header.map((_, at) => `c${at}`);
  const types = [...names, EXTRA].map((name) => `${name}: 'VARCHAR'`).join(', ');
  const quote = quoted ? `'"'` : "''";
  const options = [
    'auto_detect = false',
    'header = false',
    `skip = ${skip}`,
    `delim = ${doubled(shape.delimiter, "'")}`,
    `quote = ${quote}`,
    `escape = ${quote}`,
    "new_line = '\\n'",
    'strict_mode = true',
    'max_line_size = 1048576',
    'null_padding = true',
    `nullstr = ${doubled(String.fromCharCode(NULL_MARK), "'")}`,
    `columns = {${types}}`,
  ];
  const positions = locateColumns(shape.header, config.columns);
  const columns = FIELDS.map((field): [Field, Column] => {
    const position = positions[field];
    return [field, position < 0 ? EMPTY : { text: `c${position}`, time: null }];
  });
  // By itself DuckDB takes any number of empty fields too many. A row of another length ends the query.
  const isWhole = `CASE WHEN ${EXTRA} IS NULL AND ${names.at(-1)} IS NOT NULL THEN TRUE ELSE error('a broken row') END`;
  return {
    from: `(SELECT * FROM read_csv(${doubled(file.path, "'")}, ${options.join(', ')}) WHERE ${isWhole})`,
    columns: Object.fromEntries(columns) as Record<Field, Column>,
    without: [NUL, CTRL_Z, CR, NULL_MARK, ...(quoted ? [] : [QUOTE])],
  };
}

/** Types whose text in DuckDB means the same value as in a CSV file. */
const ALIKE = /^(?:VARCHAR|U?(?:TINY|SMALL|BIG)INT|U?INTEGER)$/;
const NUMBER = /^(?:DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))$/;
const TIMES: ReadonlySet<Field> = new Set<Field>(['timestamp', 'last_order_ts', 'first_order_ts']);

async function planParquet(file: InputFile, config: Config, database: Database): Promise<FilePlan | null> {
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
  return { from, columns: Object.fromEntries(columns) as Record<Field, Column>, without: [] };
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

/** Bytes that are hashed at a time, in one memory: the garbage of many pieces would take as long as their hashes. */
const HASHED = 1024 * 1024;

/**
 * Reads a file to its hash.
 *
 * @returns the SHA-256; null where it has what it must be without, or ends before the size that it had
 */
export async function hashWithout(file: InputFile, { without }: FilePlan): Promise<string | null> {
  const hash = createHash('sha256');
  const stored = await openSequential(file);
  try {
    const memory = Buffer.alloc(HASHED);
    let read = 0;
    for (;;) {
      const bytes = memory.subarray(0, await stored.fill(memory));
      if (without.some((byte) => bytes.includes(byte))) return null;
      hash.update(bytes);
      read += bytes.length;
      if (bytes.length < memory.length) return read < file.size ? null : hash.digest('hex');
    }
  } finally {
    await stored.close();
  }
}
