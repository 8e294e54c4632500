import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { InputFile } from '../../sources/file.ts';

/** Bytes read at a time. */
const PIECE = 1 << 20;
const LINE_FEED = 0x0a;

export interface Hashed {
  /** Of the bytes as stored, in hexadecimal. */
  sha256: string;
  /** Whether they are UTF-8, a line at a time. */
  isText: boolean;
}

/**
 * Reads a file once for what ClickHouse does not tell: its hash, and whether it is text, which costs ClickHouse a
 * multiple of what it costs here.
 *
 * @param onBytes called with the number of bytes of each piece
 */
export async function hashFile({ path }: InputFile, onBytes: (bytes: number) => void): Promise<Hashed> {
  const handle = await open(path);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(PIECE);
    let isText = true;
    let line: Buffer = Buffer.alloc(0);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE, null);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      onBytes(bytesRead);
      if (!isText || (line.length === 0 && isAscii(piece))) continue;
      const bytes = Buffer.concat([line, piece]);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      isText = isUtf8(bytes.subarray(0, end)) && bytes.length - end <= PIECE;
      line = bytes.subarray(end);
    }
    return { sha256: hash.digest('hex'), isText: isText && isUtf8(line) };
  } finally {
    await handle.close();
  }
}
