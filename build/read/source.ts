import { fileError, type InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { isParquet } from './stored.ts';
import { readTextFile } from './text-file.ts';

/**
 * Reads a file of any known format, which its first bytes tell, whatever its name is.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal
 * @throws DataError that names the file
 */
export async function readSource(file: InputFile, reading: Reading): Promise<string> {
  try {
    if (!(await isParquet(file))) return await readTextFile(file, reading);
    // Loaded when it is needed: its decoders take as long to load as a small CSV file takes to build.
    const { readParquet } = await import('./parquet.ts');
    return await readParquet(file, reading);
  } catch (error) {
    throw fileError(file.path, error);
  }
}
