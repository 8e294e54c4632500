import { EmptyFile, NoHistory } from '../../src/core/history/columns.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import type { InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { readSource } from './source.ts';

/**
 * Reads a file of a history. A text that was found in a folder and has none of the columns, such as a README.txt, is
 * passed over, and so is one that unpacks to nothing, such as an empty part of Spark. Both are noted.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal; null where it was passed over
 * @throws DataError that names the file
 */
export async function readHistory(file: InputFile, notes: Notes, reading: Reading): Promise<string | null> {
  try {
    return await readSource(file, reading);
  } catch (error) {
    if (file.named || !(error instanceof Error)) throw error;
    const isForeign = error.cause instanceof NoHistory && /\.txt$/i.test(file.name);
    if (!isForeign && !(error.cause instanceof EmptyFile)) throw error;
    notes.passedOver = error.message;
    return null;
  }
}
