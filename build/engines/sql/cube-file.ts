import { createHash } from 'node:crypto';
import Papa from 'papaparse';
import type { Source } from '../../../src/core/artifact/statistics.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import { readHeader } from '../../../src/core/history/csv-shape.ts';
import { storedBytes, unpacked } from '../../read/bytes.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { oneInput } from '../../read/inputs.ts';
import { isParquet } from '../../read/source.ts';
import { decoded } from '../../read/text.ts';
import { type CountedRows, ResultReader } from './result.ts';

/** The largest result that is read: a cube has at most half a million cells. */
const MOST_BYTES = 512 << 20;

/**
 * Reads the result of a SELECT that `--emit-sql` printed: CSV with a header, perhaps compressed, or Parquet.
 *
 * @param path of a file, an address, or `-` for standard input
 * @throws DataError that names the file, and says what to do
 */
export async function readCubeFile(path: string, config: Config): Promise<CountedRows & { source: Source }> {
  const file = await oneInput(path);
  try {
    requireSmall(file.size);
    const { counted, sha256 } = (await isParquet(file))
      ? await readParquetResult(file, config)
      : await readCsvResult(file, config);
    return { ...counted, source: { name: file.name, sha256, rows: counted.rows } };
  } catch (error) {
    throw fileError(path, error);
  }
}

async function readCsvResult(file: InputFile, config: Config) {
  const hash = createHash('sha256');
  let bytes = 0;
  const stored = storedBytes(file, hash, (read) => {
    bytes += read;
    requireSmall(bytes);
  });
  let text = '';
  for await (const piece of decoded(unpacked(stored))) text += piece;
  text = text.replace(/^\uFEFF/, '');
  const { delimiter } = readHeader(
    text.slice(0, text.indexOf('\n') + 1 || text.length),
    Object.values(config.columns),
  );
  const { data, errors } = Papa.parse<string[]>(text, { delimiter });
  const [broken] = errors;
  if (broken) throw new DataError(`row ${broken.row ?? 0}: ${broken.message}. Save the result as CSV again`);
  const [header = [], ...rows] = data;
  const reader = new ResultReader(config, header);
  for (const row of rows) {
    if (row.length === 1 && row[0] === '') continue;
    if (row.length !== header.length) {
      throw new DataError(
        `a row has ${row.length} fields, and the header ${header.length}: the result is cut off. Save it again`,
      );
    }
    reader.push(row);
  }
  return { counted: reader.end(), sha256: hash.digest('hex') };
}

function requireSmall(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new DataError(
    `it has more than ${MOST_BYTES >> 20} MiB: is it the history, and not the result of the SELECT?`,
  );
}

async function readParquetResult(file: InputFile, config: Config) {
  // Loaded when it is needed: its decoders take long to load.
  const { readParquetRows } = await import('../../read/parquet-rows.ts');
  let reader: ResultReader | null = null;
  const sha256 = await readParquetRows(file, {
    choose(names) {
      reader = new ResultReader(config, names);
      return names.map((_, at) => at);
    },
    onRow: (values) => reader?.push(values),
    onBytes() {},
    async onBatch() {},
  });
  // Assigned in a function that the compiler does not follow.
  const done = reader as ResultReader | null;
  if (done === null) throw new DataError('it holds no columns');
  return { counted: done.end(), sha256 };
}
