import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { LONGEST_RECORD } from '../../../src/core/history/csv-text.ts';
import type { InputFile } from '../../read/file.ts';

/**
 * Bytes read at a time, few enough to be in the processor's cache still when they are hashed: so they are read on this
 * thread, and that costs a fifth less than with reads through the thread pool.
 */
const PIECE = 256 * 1024;
/** Pieces after which whatever else waits for this thread has its turn. */
const TURN = 32;
const LINE_FEED = 0x0a;

export interface Hashed {
  /** Of the bytes as stored, in hexadecimal. */
  sha256: string;
  /** Whether they are UTF-8, in lines that are not so long that core would refuse them. */
  isText: boolean;
}

/**
 * Reads a file once for what ClickHouse does not tell: its hash, and whether it is text, which costs ClickHouse a
 * multiple of what it costs here.
 *
 * @param onBytes called with the number of bytes of each piece
 */
export async function hashFile({ path }: InputFile, onBytes: (bytes: number) => void): Promise<Hashed> {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(PIECE);
    let isText = true;
    let line: Buffer = Buffer.alloc(0);
    let lineSize = 0;
    for (let count = 1; ; count++) {
      const bytesRead = readSync(file, buffer, 0, PIECE, null);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      onBytes(bytesRead);
      if (count % TURN === 0) await turn();
      const last = piece.lastIndexOf(LINE_FEED);
      // A line is longer than a piece only where a piece has no end of one.
      lineSize = last === -1 ? lineSize + bytesRead : bytesRead - last - 1;
      isText &&= lineSize <= LONGEST_RECORD - PIECE;
      if (!isText || (line.length === 0 && isAscii(piece))) continue;
      const bytes = Buffer.concat([line, piece]);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      isText = isUtf8(bytes.subarray(0, end));
      line = bytes.subarray(end);
    }
    return { sha256: hash.digest('hex'), isText: isText && isUtf8(line) };
  } finally {
    closeSync(file);
  }
}
