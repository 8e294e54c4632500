import { NoHistory } from '../../src/core/history/columns.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import type { InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { readSource } from './source.ts';

/**
 * Reads a file of a history. A text that was found in a folder and has none of the columns, such as a README.txt, is
 * passed over, which is noted.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal; null where it was passed over
 * @throws DataError that names the file
 */
export async function readHistory(file: InputFile, notes: Notes, reading: Reading): Promise<string | null> {
  try {
    return await readSource(file, reading);
  } catch (error) {
    const isForeign = error instanceof Error && error.cause instanceof NoHistory;
    if (file.named || !isForeign || !/\.txt$/i.test(file.name)) throw error;
    notes.passedOver = error.message;
    return null;
  }
}
