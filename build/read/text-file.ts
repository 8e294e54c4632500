import { createHash } from 'node:crypto';
import { constantsOf } from '../../src/core/history/folders.ts';
import { TextReader } from '../../src/core/history/text-reader.ts';
import { storedBytes, unpacked } from './bytes.ts';
import { CsvLines } from './csv-lines.ts';
import type { InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { decodedOrUtf8, utf8 } from './text.ts';

/**
 * Reads CSV or JSON lines, plain or compressed, in memory that does not depend on its size.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal
 */
export async function readTextFile(file: InputFile, reading: Reading): Promise<string> {
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
