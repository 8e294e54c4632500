import { EmptyFile, NoHistory } from '../../src/core/history/columns.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import { fileError, InputError, type InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { isParquet } from './stored.ts';
import { readTextFile } from './text-file.ts';

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
