import { decodeWithBadBytes } from '../../src/core/history/utf8.ts';

/** Texts that are remembered: a power of two. */
const KNOWN = 1024;
/** Characters of the longest of them. */
const LONGEST = 64;
const known: (string | undefined)[] = new Array(KNOWN).fill(undefined);

/**
 * Makes a text of bytes, and remembers some: a column that holds the same few again and again, such as countries, is read
 * without a string for each row, whose hash would be asked for as well.
 *
 * @returns the text of bytes that are perhaps not UTF-8: see core/history/utf8.ts
 */
export function knownText(bytes: Buffer, start: number, end: number): string {
  let hash = end - start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    // Most texts are short and ASCII, which need no decoder.
    if (byte > 127) return decodeWithBadBytes(bytes.subarray(start, end));
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 12)) & (KNOWN - 1);
  const before = known[slot];
  if (before !== undefined && isText(before, bytes, start, end)) return before;
  const text = bytes.toString('latin1', start, end);
  if (text.length <= LONGEST) known[slot] = text;
  return text;
}

function isText(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at++) if (text.charCodeAt(at - start) !== bytes[at]) return false;
  return true;
}
