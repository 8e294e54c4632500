import type { Source } from '../../../src/core/artifact/artifact.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { InputFile } from '../../sources/file.ts';
import { csvSource, lineCsv } from './csv.ts';
import type { Database } from './database.ts';
import { digestOf } from './digest.ts';
import { type FilePlan, planParquet } from './local-file.ts';
import { hasStrange } from './result.ts';
import { literal } from './sql/literals.ts';

const SCHEME = /^(?:https?|s3):\/\//;
const EXTENSION = /\.(csv|tsv|txt|parquet)(?:\.(?:gz|gzip|zst|zstd))?$/i;
/** As many lines as are asked for to find the header. */
const FIRST_LINES = 20;

/** @returns whether an input is an address, which ClickHouse reads, and not a file */
export function isUrl(path: string): boolean {
  return SCHEME.test(path);
}

/** @returns the input behind an address; its name keeps no query, which may hold a signature */
export function urlInput(url: string): InputFile {
  if (!URL.canParse(url))
    throw new DataError(`${url}: expected an address such as https://host/history.parquet`);
  const { protocol, host, pathname } = new URL(url);
  return { path: url, name: `${protocol}//${host}${decodeURI(pathname)}`, size: 0 };
}

/** @throws DataError for a file of another kind, and for CSV that ClickHouse may read in another way than core */
export async function planUrl(
  { path, name }: InputFile,
  config: Config,
  database: Database,
): Promise<FilePlan> {
  const format = EXTENSION.exec(name)?.[1]?.toLowerCase();
  if (format === undefined) {
    throw new DataError(
      `${name}: expected an address that ends in .csv, .tsv, .txt or .parquet, perhaps with .gz or .zst behind it`,
    );
  }
  const table = path.startsWith('s3:') ? 's3' : 'url';
  if (format === 'parquet')
    return await planParquet(`${table}(${literal(path)}, 'Parquet')`, config, database);
  const lines = `${table}(${literal(path)}, 'LineAsString', 'line String')`;
  const first = await database.rows(`SELECT line FROM ${lines} LIMIT ${FIRST_LINES}`);
  const csv = lineCsv(first.map(([line]) => `${line}\n`).join(''), true, config.columns);
  if (csv === null) throw new DataError(unreadable(name));
  return {
    source: csvSource(csv, lines, true),
    numbered: csvSource(csv, lines, true, true),
    csv,
    isStoredText: false,
    plain: null,
  };
}

/** @throws DataError when a row was read that core may read in another way */
export async function urlSource(
  { name }: InputFile,
  answer: readonly string[][],
  rows: number,
): Promise<Source> {
  if (hasStrange(answer)) throw new DataError(unreadable(name));
  return { name, sha256: await digestOf(answer), rows };
}

function unreadable(name: string): string {
  return (
    `${name}: expected CSV in UTF-8 with a header and a line for each row, found an empty file, a quote that is not closed on its line, or bytes that ` +
    'are no text: download it and give the file as --input, which reads every CSV'
  );
}
