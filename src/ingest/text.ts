import { DataError } from '../core/errors.ts';
import { latin1, withHead } from './bytes.ts';

/**
 * Decodes UTF-8, or UTF-16 where a byte order mark says so, cut anywhere.
 *
 * @param line tells the line on which the next text starts, for what is said of bytes that are no text
 * @throws DataError for bytes that are neither
 */
export async function* decoded(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  line: () => number,
): AsyncGenerator<string> {
  const pieces = withHead(bytes, 2);
  let decoder: TextDecoder | null = null;
  for await (const piece of pieces) {
    decoder ??= decoderFor(piece);
    yield decode(decoder, piece, line);
  }
  if (decoder !== null) yield decode(decoder, undefined, line);
}

const MARKS: Readonly<Record<string, string>> = { '\xff\xfe': 'utf-16le', '\xfe\xff': 'utf-16be' };

function decoderFor(head: Uint8Array): TextDecoder {
  const encoding = MARKS[latin1(head.subarray(0, 2))] ?? 'utf-8';
  // The reader of CSV takes the mark of UTF-8 off.
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' });
}

function decode(
  decoder: TextDecoder,
  piece: Uint8Array<ArrayBuffer> | undefined,
  line: () => number,
): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const encoding = decoder.encoding.toUpperCase();
    throw new DataError(
      `expected text in ${encoding}, found bytes on or after line ${line()} that are none: save it as UTF-8`,
    );
  }
}
