import { open, stat } from 'node:fs/promises';
import { readCsv } from './csv.ts';
import { fileError, type InputFile } from './file.ts';
import type { Reading } from './reading.ts';

/**
 * Reads a file of any known format, which its first bytes tell, whatever its name is.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal
 * @throws DataError that names the file
 */
export async function readSource(file: InputFile, reading: Reading): Promise<string> {
  try {
    if (!(await isParquet(file.path))) return await readCsv(file, reading);
    // Loaded when it is needed: its decoders take as long to load as a small CSV file takes to build.
    const { readParquet } = await import('./parquet.ts');
    return await readParquet(file, reading);
  } catch (error) {
    throw fileError(file.path, error);
  }
}

const PARQUET_MAGIC = 'PAR1';

/** @returns whether a file is Parquet. A pipe cannot be asked without taking bytes from it; Parquet, which is read from its end, cannot come from one. */
export async function isParquet(path: string): Promise<boolean> {
  if (!(await stat(path)).isFile()) return false;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1', 0, bytesRead) === PARQUET_MAGIC;
  } finally {
    await handle.close();
  }
}
