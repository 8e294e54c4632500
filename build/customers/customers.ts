import { startsAsJson } from '../../src/core/history/formats.ts';
import { storedBytes, unpacked } from '../read/bytes.ts';
import { fileError, type InputFile } from '../read/file.ts';
import { noteStates } from '../read/identity.ts';
import { isParquet } from '../read/stored.ts';
import { decoded } from '../read/text.ts';
import { CsvCustomers } from './csv-customers.ts';
import { NdjsonCustomers } from './ndjson-customers.ts';
import type { CustomerReading } from './record.ts';

/**
 * Reads a file of customers: CSV or NDJSON, plain or compressed with gzip or zstd, or Parquet. Its first bytes tell which,
 * not its name.
 *
 * @throws DataError that names the file
 */
export async function readCustomers(file: InputFile, reading: CustomerReading): Promise<void> {
  const requireUnchanged = noteStates([file]);
  try {
    if (await isParquet(file)) {
      const { readParquetCustomers } = await import('./parquet-customers.ts');
      await readParquetCustomers(file, reading);
    } else await readText(file, reading);
    requireUnchanged();
  } catch (error) {
    throw fileError(file.path, error);
  }
}

async function readText(file: InputFile, reading: CustomerReading): Promise<void> {
  let reader: CsvCustomers | NdjsonCustomers | null = null;
  const texts = decoded(unpacked(storedBytes(file, UNHASHED, reading.onBytes)));
  for await (const text of texts) {
    if (reader === null) {
      const start = text.replace(/^\uFEFF/, '');
      if (start === '') continue;
      reader = startsAsJson(start) ? new NdjsonCustomers(reading) : new CsvCustomers(reading);
      reader.push(start);
    } else reader.push(text);
    await reading.onBatch();
  }
  reader ??= new CsvCustomers(reading);
  reader.end();
  await reading.onBatch();
}

/** Nothing names a file of customers by its hash, and hashing would take as long as deciding. */
const UNHASHED = { update: () => {} };
