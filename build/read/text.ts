import { isAscii, isUtf8 } from 'node:buffer';
import { DataError } from '../../src/core/errors.ts';
import { decodeWithBadBytes, wholeLines } from '../../src/core/history/utf8.ts';
import { withHead } from '../../src/unpack/head.ts';
import { PIECE } from './bytes.ts';

/**
 * Decodes pieces of a file: UTF-8, or UTF-16 where a byte order mark says so.
 *
 * @throws DataError for bytes that are no UTF-16 after such a mark
 */
export async function* decoded(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const all = withHead(pieces, 2, Buffer.concat);
  try {
    const { value: head, done } = await all.next();
    if (done) return;
    const mark = head.toString('latin1', 0, 2);
    if (mark === '\xff\xfe') yield* decodeUtf16(head, all, 'utf-16le');
    else if (mark === '\xfe\xff') yield* decodeUtf16(head, all, 'utf-16be');
    else yield* decodeUtf8(head, all);
  } finally {
    // Who breaks off before the rest is asked for leaves no file open.
    await all.return(undefined);
  }
}

async function* decodeUtf8(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const whole = wholeLines(head);
  yield utf8(head.subarray(0, whole));
  let carry = head.subarray(whole);
  for await (const piece of rest) {
    const bytes = carry.length === 0 ? piece : Buffer.concat([carry, piece]);
    const end = wholeLines(bytes);
    yield utf8(bytes.subarray(0, end));
    carry = bytes.subarray(end);
  }
  yield utf8(carry);
}

/** Decodes a part of a file of UTF-8 that cuts no line but its last one: in pieces that are small enough to die young. */
export function* decodedLines(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const piece = bytes.subarray(start, start + PIECE);
    const isLast = start + piece.length === bytes.length;
    const end = start + (isLast ? piece.length : wholeLines(piece));
    yield utf8(bytes.subarray(start, end));
    start = end;
  }
}

function utf8(bytes: Buffer): string {
  // Nearly all histories are ASCII, which is copied and not decoded.
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeWithBadBytes(bytes);
}

async function* decodeUtf16(
  head: Buffer,
  rest: AsyncIterable<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    yield decoder.decode(head, { stream: true });
    for await (const piece of rest) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DataError(
      'expected text in UTF-16, as its first bytes promise, found bytes that are not UTF-16',
    );
  }
}
