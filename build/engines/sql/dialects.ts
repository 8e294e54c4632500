import { DataError } from '../../../src/core/errors.ts';
import {
  backslashed,
  checkedName,
  type Dialect,
  doubled,
  escapedCharacters,
  WHITE_SPACE,
  wellFormed,
} from './dialect.ts';

const whole = (form: string) => `^(${form})$`;
const standardLiteral = (text: string) => doubled(wellFormed(text), "'");
const escapedLiteral = (text: string) => backslashed(wellFormed(text), "'");
const standardIdentifier = (name: string) => doubled(checkedName(name), '"');

/** How characters are taken off a text and out of it. @param written writes them as a text */
const taking = (written: (characters: string) => string) => ({
  trim: (text: string) => `TRIM(BOTH ${written(WHITE_SPACE)} FROM ${text})`,
  without: (text: string, characters: string) => `TRANSLATE(${text}, ${written(characters)}, '')`,
});

/** Without escapes in texts, names between double quotes, `/` of whole numbers: the SQL standard. */
const STANDARD = {
  identifier: standardIdentifier,
  literal: standardLiteral,
  text: (value: string) => `COALESCE(CAST(${value} AS VARCHAR), '')`,
  ...taking((characters) => `U&'${escapedCharacters(characters, '\\')}'`),
  integer: (digits: string) => `COALESCE(CAST(NULLIF(${digits}, '') AS BIGINT), 0)`,
  double: (text: string) => `CAST(${text} AS DOUBLE PRECISION)`,
  toInteger: (number: string) => `CAST(${number} AS BIGINT)`,
  divide: (a: string, b: number) => `((${a}) / ${b})`,
  modulo: (a: string, b: number) => `MOD(${a}, ${b})`,
  longestName: 128,
};

const escaped = (characters: string) => `'${escapedCharacters(characters, '\\u')}'`;

/** With backslashes in texts. */
const BACKSLASHED = { ...STANDARD, literal: escapedLiteral, ...taking(escaped) };

const duckdb: Dialect = {
  ...STANDARD,
  name: 'duckdb',
  title: 'DuckDB',
  tested: 'executed',
  // Its texts have no escapes.
  ...taking((characters) => Array.from(characters, (one) => `chr(${one.charCodeAt(0)})`).join(' || ')),
  matches: (text, form) => `regexp_full_match(${text}, ${standardLiteral(form)})`,
  extract: (text, form) => `regexp_extract(${text}, ${standardLiteral(form)}, 1)`,
  divide: (a, b) => `((${a}) // ${b})`,
};

const postgres: Dialect = {
  ...STANDARD,
  name: 'postgres',
  title: 'PostgreSQL',
  tested: 'executed',
  matches: (text, form) => `${text} ~ ${standardLiteral(whole(form))}`,
  extract: (text, form) => `COALESCE(SUBSTRING(${text} FROM ${standardLiteral(form)}), '')`,
  longestName: 63,
  stepEnd: 'OFFSET 0',
  note: 'Columns of times are written in the datestyle of the session: SET datestyle TO ISO first where the server has another one.',
};

/** Characters of a class in RE2. */
function classOf(chars: string): string {
  return Array.from(chars, (one) => `\\x{${one.charCodeAt(0).toString(16)}}`).join('');
}

const clickhouse: Dialect = {
  ...STANDARD,
  name: 'clickhouse',
  title: 'ClickHouse',
  tested: 'executed',
  identifier: (name) => backslashed(wellFormed(name), '`'),
  literal: escapedLiteral,
  text: (value) => `ifNull(toString(${value}), '')`,
  trim: (text) => {
    const spaces = `[${classOf(WHITE_SPACE)}]+`;
    const start = `replaceRegexpOne(${text}, ${escapedLiteral(`^${spaces}`)}, '')`;
    return `replaceRegexpOne(${start}, ${escapedLiteral(`${spaces}$`)}, '')`;
  },
  without: (text, chars) => `replaceRegexpAll(${text}, ${escapedLiteral(`[${classOf(chars)}]`)}, '')`,
  matches: (text, form) => `match(${text}, ${escapedLiteral(whole(form))})`,
  extract: (text, form) => `extract(${text}, ${escapedLiteral(form)})`,
  integer: (digits) => `toInt64OrZero(${digits})`,
  // Versions of 2018 read no plus sign.
  double: (text) => `toFloat64OrZero(replaceRegexpOne(${text}, '^[+]', ''))`,
  toInteger: (number) => `toInt64(${number})`,
  divide: (a, b) => `intDiv(${a}, ${b})`,
  modulo: (a, b) => `modulo(${a}, ${b})`,
  nested: true,
  note: "Columns of type DateTime are written in their time zone: pass toString(column, 'UTC') in a view where that is not UTC.",
};

const snowflake: Dialect = {
  ...BACKSLASHED,
  name: 'snowflake',
  title: 'Snowflake',
  tested: 'translated',
  // Unquoted names are kept in upper case: a quoted one would be another column.
  identifier: (name) => (/^[a-z_][a-z0-9_]*$/i.test(name) ? name : standardIdentifier(name)),
  trim: (text) => `TRIM(${text}, ${escaped(WHITE_SPACE)})`,
  matches: (text, form) => `REGEXP_LIKE(${text}, ${escapedLiteral(whole(form))})`,
  extract: (text, form) => `COALESCE(REGEXP_SUBSTR(${text}, ${escapedLiteral(form)}, 1, 1, 'e', 1), '')`,
  integer: (digits) => `COALESCE(TO_NUMBER(NULLIF(${digits}, '')), 0)`,
  divide: (a, b) => `FLOOR((${a}) / ${b})`,
  longestName: 255,
};

const bigquery: Dialect = {
  ...BACKSLASHED,
  name: 'bigquery',
  title: 'BigQuery',
  tested: 'translated',
  identifier: (name) => backslashed(checkedName(name), '`'),
  text: (value) => `COALESCE(CAST(${value} AS STRING), '')`,
  trim: (text) => `TRIM(${text}, ${escaped(WHITE_SPACE)})`,
  matches: (text, form) => `REGEXP_CONTAINS(${text}, ${escapedLiteral(whole(form))})`,
  extract: (text, form) => `COALESCE(REGEXP_EXTRACT(${text}, ${escapedLiteral(form)}), '')`,
  integer: (digits) => `COALESCE(CAST(NULLIF(${digits}, '') AS INT64), 0)`,
  double: (text) => `CAST(${text} AS FLOAT64)`,
  toInteger: (number) => `CAST(${number} AS INT64)`,
  divide: (a, b) => `DIV((${a}), ${b})`,
  longestName: 300,
};

const databricks: Dialect = {
  ...BACKSLASHED,
  name: 'databricks',
  title: 'Databricks',
  tested: 'translated',
  identifier: (name) => doubled(checkedName(name), '`'),
  text: (value) => `COALESCE(CAST(${value} AS STRING), '')`,
  double: (text) => `CAST(${text} AS DOUBLE)`,
  matches: (text, form) => `${text} RLIKE ${escapedLiteral(whole(form))}`,
  extract: (text, form) => `REGEXP_EXTRACT(${text}, ${escapedLiteral(form)}, 1)`,
  divide: (a, b) => `((${a}) DIV ${b})`,
  longestName: 255,
  note: "A column of type TIMESTAMP is written in the session's time zone: SET TIME ZONE 'UTC' first.",
};

const trino: Dialect = {
  ...STANDARD,
  name: 'trino',
  title: 'Trino',
  tested: 'translated',
  double: (text) => `CAST(${text} AS DOUBLE)`,
  matches: (text, form) => `REGEXP_LIKE(${text}, ${standardLiteral(whole(form))})`,
  extract: (text, form) => `COALESCE(REGEXP_EXTRACT(${text}, ${standardLiteral(form)}, 1), '')`,
  note: "A column of type TIMESTAMP WITH TIME ZONE may be written with the name of its zone, which is no time: read it AT TIME ZONE 'UTC' in a view.",
};

/** By the names that `--emit-sql` takes. */
export const DIALECTS = { duckdb, postgres, clickhouse, snowflake, bigquery, databricks, trino };

export type DialectName = keyof typeof DIALECTS;

/** @returns whether there is a dialect of a name */
export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(DIALECTS, name);
}

/** @throws DataError for a name that the database would cut: it could be taken for another one */
export function requireShortName(name: string, { title, longestName }: Dialect): void {
  if (Buffer.byteLength(name) <= longestName) return;
  throw new DataError(
    `${title} cuts names longer than ${longestName} bytes: give the segment or column ${JSON.stringify(name)} a shorter name in the config`,
  );
}
