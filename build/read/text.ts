import { isAscii, isUtf8 } from 'node:buffer';
import { DataError } from '../../src/core/errors.ts';
import { withHead } from './bytes.ts';

const LINE_FEED = 0x0a;

/**
 * Decodes pieces of a file: UTF-8, or UTF-16 where a byte order mark says so.
 *
 * @param line tells the line on which the next text starts, for what is said of bytes that are no text
 * @throws DataError for bytes that are neither
 */
export async function* decoded(pieces: AsyncIterable<Buffer>, line: () => number): AsyncGenerator<string> {
  const all = withHead(pieces, 2);
  try {
    const { value: head, done } = await all.next();
    if (done) return;
    const mark = head.toString('latin1', 0, 2);
    if (mark === '\xff\xfe') yield* decodeUtf16(head, all, 'utf-16le');
    else if (mark === '\xfe\xff') yield* decodeUtf16(head, all, 'utf-16be');
    else yield* decodeUtf8(head, all, line);
  } finally {
    // Who breaks off before the rest is asked for leaves no file open.
    await all.return(undefined);
  }
}

async function* decodeUtf8(
  head: Buffer,
  rest: AsyncIterable<Buffer>,
  line: () => number,
): AsyncGenerator<string> {
  const whole = wholeLines(head);
  yield utf8(head.subarray(0, whole), line);
  let carry = head.subarray(whole);
  for await (const piece of rest) {
    const bytes = carry.length === 0 ? piece : Buffer.concat([carry, piece]);
    const end = wholeLines(bytes);
    yield utf8(bytes.subarray(0, end), line);
    carry = bytes.subarray(end);
  }
  yield utf8(carry, line);
}

/**
 * Decodes a part of a file of UTF-8 that starts and ends where {@link wholeLines} would cut: to the very texts that
 * {@link decoded} gives for it, when the file arrives in pieces of the same size.
 *
 * @param carry bytes at the start that are left of the piece before
 * @param last whether the file ends here
 */
export function* decodedBlock(
  block: Buffer,
  { carry, piece, last }: { carry: number; piece: number; last: boolean },
  line: () => number,
): Generator<string> {
  let start = 0;
  for (let end = carry + piece; end < block.length; end += piece) {
    const whole = start + wholeLines(block.subarray(start, end));
    yield utf8(block.subarray(start, whole), line);
    start = whole;
  }
  if (last && block.length > carry) {
    const whole = start + wholeLines(block.subarray(start));
    yield utf8(block.subarray(start, whole), line);
    start = whole;
  }
  yield utf8(block.subarray(start), line);
}

/**
 * Where to cut bytes so that no character is cut: behind the last line end, which also spares the reader the
 * joining of lines; in a piece without any, before the last character.
 */
export function wholeLines(bytes: Buffer): number {
  const lineEnd = bytes.lastIndexOf(LINE_FEED);
  if (lineEnd !== -1) return lineEnd + 1;
  let end = Math.max(0, bytes.length - 1);
  while (end > 0 && bytes.length - end < 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

function utf8(bytes: Buffer, line: () => number): string {
  // Nearly all histories are ASCII, which is copied and not decoded.
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new DataError(notText(bytes, line()));
}

function notText(bytes: Buffer, firstLine: number): string {
  let line = firstLine;
  let start = 0;
  for (;;) {
    const next = bytes.indexOf(LINE_FEED, start) + 1;
    if (next === 0 || !isUtf8(bytes.subarray(start, next))) break;
    start = next;
    line++;
  }
  return bytes.includes(0)
    ? `expected text, found binary data on line ${line}`
    : `expected text in UTF-8, found bytes on line ${line} that are none: save it as UTF-8`;
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
    throw new DataError('expected text in UTF-16, as its first bytes promise, found bytes that are none');
  }
}
