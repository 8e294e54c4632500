import { stat } from 'node:fs/promises';
import { storedAs } from '../../src/core/history/formats.ts';
import { fileError, type InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { isAddress, isStdin } from './remote/address.ts';
import { type FileToOpen, headOf } from './stored.ts';
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

/** @returns whether a file is Parquet. A pipe cannot be asked without taking bytes from it; Parquet, which is read from its end, cannot come from one. */
export async function isParquet(file: FileToOpen): Promise<boolean> {
  const { path } = file;
  if (isStdin(path) || (!isAddress(path) && !(await stat(path)).isFile())) return false;
  return storedAs(await headOf(file, 4)) === 'parquet';
}
