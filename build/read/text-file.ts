import { createHash } from 'node:crypto';
import { constantsOf } from '../../src/core/history/folders.ts';
import { TextReader } from '../../src/core/history/text-reader.ts';
import { storedBytes, unpacked } from './bytes.ts';
import type { InputFile } from './file.ts';
import type { Reading } from './reading.ts';
import { decoded } from './text.ts';

/**
 * Reads CSV or JSON lines, plain or compressed, in memory that does not depend on its size.
 *
 * @returns the SHA-256 of its bytes as stored, in hexadecimal
 */
export async function readTextFile(file: InputFile, reading: Reading): Promise<string> {
  const hash = createHash('sha256');
  let seen = 0;
  const onBytes = (bytes: number) => {
    seen += bytes;
    reading.onBytes(bytes);
  };
  const { columns, onRow, fields, onMalformed, onRemark, settings } = reading;
  const constants = constantsOf(file.folders, columns);
  const reader = new TextReader({
    columns,
    decimal: settings?.numbers.decimal,
    onRow,
    fields,
    onMalformed,
    onRemark,
    constants,
  });
  for await (const text of decoded(unpacked(storedBytes(file, hash, onBytes)))) {
    reader.push(text);
    await reading.onBatch();
  }
  reader.end();
  await reading.onBatch();
  if (seen < file.size) {
    // Bytes after the end of compressed data are no rows, but part of what is stored.
    for await (const _ of storedBytes(file, hash, onBytes, seen));
  }
  return hash.digest('hex');
}
