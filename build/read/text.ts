import { isAscii, isUtf8 } from 'node:buffer';
import { decodeWithBadBytes, wholeLines } from '../../src/core/history/utf8.ts';
import { decoded as decodedBy } from '../../src/unpack/text.ts';
import { PIECE } from './stored.ts';

/** Decodes pieces of a file: see {@link decodedBy}. */
export function decoded(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  return decodedBy(pieces, Buffer.concat, utf8);
}

/** The same, with UTF-8 left as bytes. */
export function decodedOrUtf8(pieces: AsyncIterable<Buffer>): AsyncGenerator<string | Uint8Array> {
  return decodedBy(pieces, Buffer.concat, (bytes) => bytes);
}

/** Decodes a part of a file of UTF-8 that cuts no line but its last one: in pieces that are small enough to die young. */
export function* decodedLines(bytes: Uint8Array): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const piece = bytes.subarray(start, start + PIECE);
    const isLast = start + piece.length === bytes.length;
    const end = start + (isLast ? piece.length : wholeLines(piece));
    yield utf8(bytes.subarray(start, end));
    start = end;
  }
}

/** Decodes whole lines of UTF-8. */
export function utf8(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // Nearly all histories are ASCII, which is copied and not decoded.
  if (isAscii(text)) return text.toString('latin1');
  return isUtf8(text) ? text.toString('utf8') : decodeWithBadBytes(text);
}
