import { createHash } from 'node:crypto';
import type { Source } from '../../../src/core/artifact/statistics.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { type Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import { CsvRecords } from '../../../src/core/history/csv-records.ts';
import { hashFile, storedBytes, unpacked } from '../../read/bytes.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { oneInput } from '../../read/inputs.ts';
import { isParquet } from '../../read/stored.ts';
import { decoded } from '../../read/text.ts';
import { ResultReader } from './result.ts';
import { resultColumns } from './result-columns.ts';

/** The largest result that is read: a cube has at most half a million cells. */
const MOST_BYTES = 512 << 20;

/**
 * Reads the result of a SELECT that `--emit-sql` printed: CSV with a header, perhaps compressed, or Parquet.
 *
 * @param path of a file, an address, or `-` for standard input
 * @throws DataError that names the file, and says what to do
 */
export async function readCubeFile(path: string, config: Config): Promise<{ cube: Cube; source: Source }> {
  const file = await oneInput(path);
  const reader = new ResultReader(config);
  try {
    requireSmall(file.size);
    const sha256 = (await isParquet(file))
      ? await readParquetResult(file, reader)
      : await readCsvResult(file, reader, resultColumns(cubeLayout(config)));
    const { cube, rows } = reader.end();
    return { cube, source: { name: file.name, sha256, rows } };
  } catch (error) {
    throw fileError(path, error);
  }
}

async function readCsvResult(file: InputFile, reader: ResultReader, wanted: string[]): Promise<string> {
  const records = new CsvRecords({
    wanted,
    onHeader({ header }) {
      reader.begin(header);
      // Each row has all of them.
      return [header.length - 1];
    },
    onRecord: (record) => reader.push(record.fields()),
    onMalformed({ found, expected }) {
      const what =
        found === null ? 'a quote that is not closed' : `${found} fields, and the header ${expected}`;
      throw new DataError(`a row has ${what}: the result is cut off. Save it again`);
    },
  });
  const hash = createHash('sha256');
  let bytes = 0;
  const stored = storedBytes(file, hash, (read) => {
    bytes += read;
    requireSmall(bytes);
  });
  for await (const text of decoded(unpacked(stored))) records.push(text);
  if (!records.end()) reader.begin([]);
  return hash.digest('hex');
}

function requireSmall(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new DataError(
    `it has more than ${MOST_BYTES >> 20} MiB: is it the history, and not the result of the SELECT?`,
  );
}

async function readParquetResult(file: InputFile, reader: ResultReader): Promise<string> {
  // Loaded when it is needed: its decoders take long to load.
  const { readParquetRows } = await import('../../read/parquet-rows.ts');
  const sha256 = await readParquetRows(file, {
    choose(names) {
      reader.begin(names);
      return names.map((_, position) => ({ position }));
    },
    onRow: (row) => reader.push(row.texts()),
    onBytes() {},
    async onBatch() {},
  });
  return sha256 ?? (await hashFile(file));
}
