import { createHash } from 'node:crypto';
import { EmptyFile, NoHistory } from '../../src/core/history/columns.ts';
import { constantsOf } from '../../src/core/history/folders.ts';
import { TextReader } from '../../src/core/history/text-reader.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import { storedBytes, unpacked } from './bytes.ts';
import { CsvLines } from './csv-lines.ts';
import { fileError, InputError, type InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { isParquet } from './stored.ts';
import { decodedOrUtf8, utf8 } from './text.ts';

/**
 * Reads a file of a history in any known format. Its first bytes tell the format, not its name. Two kinds of files in
 * folders are passed over, and noted: a text without any of the columns, such as a README.txt, and a file that unpacks to
 * nothing, such as an empty part of Spark.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal; null where it was passed over
 * @throws DataError that names the file
 */
export async function readHistory(file: InputFile, notes: Notes, reading: Reading): Promise<string | null> {
  try {
    if (!(await isParquet(file))) return await readTextFile(file, reading);
    // Loaded when it is needed: its decoders take as long to load as a small CSV file takes to build.
    const { readParquet } = await import('./parquet.ts');
    return await readParquet(file, reading);
  } catch (cause) {
    const error = fileError(file.path, cause);
    const isForeign = cause instanceof NoHistory && /\.txt$/i.test(file.name);
    if (file.named || !(error instanceof InputError) || !(isForeign || cause instanceof EmptyFile))
      throw error;
    notes.passedOver = error.message;
    return null;
  }
}

/**
 * Reads CSV or JSON lines, plain or compressed, in memory that does not depend on its size.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal
 */
async function readTextFile(file: InputFile, reading: Reading): Promise<string> {
  const hash = createHash('sha256');
  const constants = constantsOf(file.folders, reading.columns);
  const reader = new TextReader({ ...reading, constants });
  const { plainLines } = reading;
  let lines: CsvLines | null = null;
  for await (const piece of decodedOrUtf8(unpacked(storedBytes(file, hash, reading.onBytes)))) {
    if (plainLines !== undefined && reader.csv !== null) lines ??= new CsvLines(reader.csv, plainLines);
    if (typeof piece === 'string') reader.push(piece);
    else if (lines === null) reader.push(utf8(piece));
    else lines.push(piece);
    await reading.onBatch();
  }
  reader.end();
  await reading.onBatch();
  return hash.digest('hex');
}
