import { DataError } from '../../../src/core/errors.ts';
import { type Database, rowsOf } from './database.ts';

/** The version that the tests run with. */
const PACKAGE = 'chdb@3.4.0';

/**
 * For every query in this process, unless it says otherwise. Small pieces stay in the processor's caches; a file that is
 * mapped counts as memory twice over. JSON in Parquet is text, as it is written. Behind a server that does not answer
 * there is a person who waits.
 */
const SETTINGS = [
  'compile_expressions = 0',
  'min_chunk_bytes_for_parallel_parsing = 1048576',
  "storage_file_read_method = 'pread'",
  'http_max_tries = 3',
  'http_connection_timeout = 10',
  'max_http_get_redirects = 5',
  's3_connect_timeout_ms = 10000',
  'input_format_parquet_enable_json_parsing = 0',
  's3_retry_attempts = 2',
].join(', ');

/** What is used of the package chdb, which is not a dependency: it weighs half a gigabyte. */
interface Chdb {
  queryAsync(sql: string, options: { format: string }): Promise<{ text(): string }>;
}

/**
 * ClickHouse in this process.
 *
 * @throws DataError that says how to get it where it is not installed
 */
export async function openEmbedded(): Promise<Database> {
  const { queryAsync } = await load();
  return {
    async rows(sql, settings = '') {
      const all = settings === '' ? SETTINGS : `${SETTINGS}, ${settings}`;
      const answer = queryAsync(`${sql}\nSETTINGS ${all}`, { format: 'JSONCompact' });
      const result = await answer.catch(async (error) => {
        // What a failed query had written already would stand before the answer of the next one.
        await queryAsync('SELECT 1', { format: 'Null' });
        throw error;
      });
      return rowsOf(result.text());
    },
  };
}

async function load(): Promise<Chdb> {
  // A name that no tool resolves ahead of time: type checkers and bundlers are to do without the package too.
  const name: string = 'chdb';
  try {
    const loaded = (await import(name)) as Chdb & { default?: Chdb };
    return loaded.default ?? loaded;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why =
      'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : error.message;
    throw new DataError(
      `ClickHouse cannot run in this process: ${why}. Get it with \`npm install --no-save ${PACKAGE}\` (543 MB), ` +
        'or name a server with --clickhouse-url',
      { cause: error },
    );
  }
}
