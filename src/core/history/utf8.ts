export const LINE_FEED = 0x0a;

/** A byte that is not UTF-8 becomes half a pair of UTF-16, which no text that is UTF-8 has: 0xFF is U+DCFF. */
const BAD_BYTE = 0xdc00;

/**
 * Where to cut bytes so that no character is cut: after the last line end, which also spares the reader the
 * joining of lines; in a piece without any, before the last character.
 */
export function wholeLines(bytes: Uint8Array): number {
  const lineEnd = bytes.lastIndexOf(LINE_FEED);
  if (lineEnd !== -1) return lineEnd + 1;
  let end = Math.max(0, bytes.length - 1);
  while (end > 0 && bytes.length - end < 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/**
 * Decodes bytes of which some may not be UTF-8: a column that is not used may hold anything. Each of these bytes
 * becomes a code unit that core/history/csv-text.ts knows. A byte order mark stays.
 */
export function decodeWithBadBytes(bytes: Uint8Array): string {
  const whole = decode(bytes);
  if (whole !== null) return whole;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf(LINE_FEED, at);
    const end = lineEnd === -1 ? bytes.length : lineEnd + 1;
    text += decodeLine(bytes.subarray(at, end));
    at = end;
  }
  return text;
}

/** @returns the bytes of a text; where it was decoded from bytes that are not UTF-8, those bytes as they were */
export function encodeWithBadBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * BYTES_OF_UNIT);
  let length = 0;
  const add = (part: string) => {
    length += encoder.encodeInto(part, bytes.subarray(length)).written;
  };
  let at = 0;
  for (const { index } of text.matchAll(BAD_UNITS)) {
    add(text.slice(at, index));
    bytes[length++] = text.charCodeAt(index) - BAD_BYTE;
    at = index + 1;
  }
  add(text.slice(at));
  return bytes.subarray(0, length);
}

/** Half a pair alone: with `u`, a pair is one character. */
const BAD_UNITS = /[\udc80-\udcff]/gu;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const BYTES_OF_UNIT = 3;
const encoder = new TextEncoder();

function decodeLine(line: Uint8Array): string {
  const whole = decode(line);
  if (whole !== null) return whole;
  let text = '';
  for (let at = 0; at < line.length; ) {
    const byte = line[at] ?? 0;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    const character = at + length <= line.length ? decode(line.subarray(at, at + length)) : null;
    text += character ?? String.fromCharCode(BAD_BYTE + byte);
    at += character === null ? 1 : length;
  }
  return text;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
