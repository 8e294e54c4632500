import { DataError } from '../core/errors.ts';
import { latin1 } from '../core/history/formats.ts';
import { LINE_FEED, wholeLines } from '../core/history/utf8.ts';
import { withHead } from './head.ts';

/**
 * Decodes UTF-8, or UTF-16 where a byte order mark says so, cut anywhere. Bytes that are no UTF-8 are for the reader of
 * CSV to find, where they matter.
 *
 * @param join makes one piece of several
 * @param utf8 decodes whole characters, and leaves a byte order mark where it is: the reader of CSV takes it off
 * @throws DataError for bytes that are no UTF-16 after such a mark
 */
export async function* decoded<Piece extends Uint8Array, Text>(
  bytes: AsyncIterable<Piece>,
  join: (pieces: readonly Uint8Array[]) => Piece,
  utf8: (bytes: Uint8Array) => Text,
): AsyncGenerator<Text | string> {
  let utf16: TextDecoder | null = null;
  let carry: Uint8Array = new Uint8Array(0);
  let isFirst = true;
  for await (const piece of withHead(bytes, 2, join)) {
    const encoding = isFirst ? MARKS[latin1(piece.subarray(0, 2))] : undefined;
    if (encoding !== undefined) utf16 = new TextDecoder(encoding, { fatal: true });
    isFirst = false;
    if (utf16 !== null) {
      yield decodeUtf16(utf16, piece);
      continue;
    }
    // The line that was begun is joined, and not all that comes after it.
    const lineEnd = carry.length === 0 ? 0 : piece.indexOf(LINE_FEED) + 1;
    if (lineEnd > 0) yield utf8(join([carry, piece.subarray(0, lineEnd)]));
    const all = carry.length === 0 || lineEnd > 0 ? piece.subarray(lineEnd) : join([carry, piece]);
    const end = wholeLines(all);
    if (end > 0) yield utf8(all.subarray(0, end));
    carry = all.subarray(end);
  }
  if (utf16 !== null) yield decodeUtf16(utf16, undefined);
  else if (carry.length > 0) yield utf8(carry);
}

const MARKS: Readonly<Record<string, string>> = { '\xff\xfe': 'utf-16le', '\xfe\xff': 'utf-16be' };

function decodeUtf16(decoder: TextDecoder, piece: Uint8Array | undefined): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DataError(
      'expected text in UTF-16, as its first bytes promise, found bytes that are not UTF-16',
    );
  }
}
