import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import Papa from 'papaparse';
import type { Source } from '../../../src/core/artifact/artifact.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { DataError } from '../../../src/core/errors.ts';
import { readHeader } from '../../../src/core/history/csv-shape.ts';
import { PIECE, unpacked } from '../../read/bytes.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { isParquet } from '../../read/source.ts';
import { decoded } from '../../read/text.ts';
import { type CountedRows, ResultReader } from './result.ts';

/** The largest result that is read: a cube has at most half a million cells. */
const MOST_BYTES = 512 << 20;

/**
 * Reads the result of a SELECT that `--emit-sql` printed: CSV with a header, perhaps compressed, or Parquet.
 *
 * @throws DataError that names the file, and says what to do
 */
export async function readCubeFile(path: string, config: Config): Promise<CountedRows & { source: Source }> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      throw new DataError(`it has ${size} bytes: is it the history, and not the result of the SELECT?`);
    const { counted, sha256 } = (await isParquet({ path, size }))
      ? await readParquetResult({ path, name: path, size }, config)
      : await readCsvResult(path, config);
    return { ...counted, source: { name: basename(path), sha256, rows: counted.rows } };
  } catch (error) {
    throw fileError(path, error);
  }
}

async function readCsvResult(path: string, config: Config) {
  const bytes = await readFile(path);
  let text = '';
  for await (const piece of decoded(unpacked(piecesOf(bytes)))) text += piece;
  text = text.replace(/^\uFEFF/, '');
  const { delimiter } = readHeader(
    text.slice(0, text.indexOf('\n') + 1 || text.length),
    Object.values(config.columns),
  );
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: 'greedy' });
  const [broken] = errors;
  if (broken) throw new DataError(`row ${broken.row ?? 0}: ${broken.message}. Save the result as CSV again`);
  const [header = [], ...rows] = data;
  const reader = new ResultReader(config, header);
  for (const row of rows) {
    if (row.length !== header.length) {
      throw new DataError(
        `a row has ${row.length} fields, and the header ${header.length}: the result is cut off. Save it again`,
      );
    }
    reader.push(row);
  }
  return { counted: reader.end(), sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
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
