import type { Source } from '../../../src/core/artifact/artifact.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { InputFile } from '../../read/file.ts';
import { csvSource, lineCsv } from './csv.ts';
import type { Database } from './database.ts';
import { digestOf } from './digest.ts';
import { clickHouseError } from './failure.ts';
import { type FilePlan, planParquet } from './local-file.ts';
import { hasStrange } from './result.ts';
import { literal } from './sql/literals.ts';

const EXTENSION = /\.(csv|tsv|txt|parquet)(?:\.(?:gz|gzip|zst|zstd))?$/i;
/** As many lines as are asked for to find the header. */
const FIRST_LINES = 20;

/** @returns the input behind an address; its name keeps no query, which may hold a signature */
export function urlInput(url: string): InputFile {
  if (!URL.canParse(url))
    throw new DataError(`${url}: expected an address such as https://host/history.parquet`);
  const { protocol, host, pathname } = new URL(url);
  const name = `${protocol}//${host}${decoded(pathname)}`;
  // ClickHouse would ask for several files, and take the headers of all but the first for rows.
  if (protocol !== 's3:' && /[{}]/.test(url)) {
    throw new DataError(
      `${name}: expected the address of one file, got braces: give each as an --input of its own`,
    );
  }
  return { path: url, name, size: 0 };
}

/** For people; as it is where it has a percent sign that encodes nothing. */
function decoded(pathname: string): string {
  try {
    return decodeURI(pathname);
  } catch {
    return pathname;
  }
}

/** What s3() expands, the question mark aside: that begins a query here. */
const GLOB = /[*{}]/;

/**
 * Replaces each s3 address with a glob by those of the files that match, in the order of their names: each has a header.
 *
 * @throws DataError where none matches
 */
export async function expandUrls(inputs: readonly InputFile[], database: Database): Promise<InputFile[]> {
  const expanded = await Promise.all(
    inputs.map(async (input) => {
      if (!input.path.startsWith('s3:') || !GLOB.test(input.path)) return [input];
      const rows = await naming(input.name, () =>
        database.rows(`SELECT DISTINCT _path FROM ${tableFunction(input.path, ["'One'"])} ORDER BY _path`),
      );
      if (rows.length === 0) throw new DataError(`${input.name}: expected files that match, found none`);
      return rows.map(([path]) => urlInput(`s3://${path}`));
    }),
  );
  return expanded.flat();
}

async function naming<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw clickHouseError(name, error);
  }
}

/**
 * An address as a table function. The keys of a bucket never stand in it: ClickHouse takes them from the environment, and
 * without them reads what anyone may read.
 */
function tableFunction(path: string, more: readonly string[]): string {
  if (!path.startsWith('s3:')) return `url(${[literal(path), ...more].join(', ')})`;
  const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const endpoint = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL;
  const address = endpoint ? `${endpoint.replace(/\/+$/, '')}/${path.slice('s3://'.length)}` : path;
  const keys = AWS_ACCESS_KEY_ID ? [] : ['NOSIGN'];
  return `s3(${[literal(address), ...keys, ...more].join(', ')})`;
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
  if (format === 'parquet') {
    const plan = await planParquet(tableFunction(path, ["'Parquet'"]), config, database);
    if (plan === null) throw new DataError(`${name}: ${UNLIKE}`);
    return plan;
  }
  const lines = tableFunction(path, ["'LineAsString'", "'line String'"]);
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

const UNLIKE =
  'expected text in the column of the country, text or times in those of times, and text or numbers in the others, found ' +
  'other types: download it and give the file as --input';

function unreadable(name: string): string {
  return (
    `${name}: expected CSV in UTF-8 with a header and a line for each row, found an empty file, a quote that is not closed on its line, or bytes that ` +
    'are no text: download it and give the file as --input, which reads every CSV'
  );
}
