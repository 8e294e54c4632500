import { viewOf } from './csv-bytes.ts';

/** Bytes are copied four at a time: up to three after the last are written too. */
const SPARE = 3;

/**
 * Unpacks SNAPPY (https://github.com/google/snappy/blob/main/format_description.txt) right into the memory that is handed
 * on. A decoder in WebAssembly needs a copy of what goes in, and one of what comes out: for a page of some megabytes that
 * is as much memory again.
 *
 * @param length that the page says it has
 * @throws Error for damaged data, and for another length
 */
export function unpackSnappy(input: Uint8Array, length: number): Uint8Array {
  const from = viewOf(input);
  const output = new Uint8Array(length + SPARE);
  const to = new DataView(output.buffer);
  const end = input.length;
  const lastFour = end - 4;
  let at = requireLength(input, length);
  let used = 0;
  while (at < end) {
    const tag = from.getUint8(at++);
    const kind = tag & 3;
    let size = (tag >>> 2) + 1;
    if (kind === 0) {
      if (size > 60) {
        const bytes = size - 60;
        if (at + bytes > end) break;
        size = 1 + littleEndian(input, at, bytes);
        at += bytes;
      }
      if (at + size > end || used + size > length) throw damaged();
      if (size > 64) output.set(input.subarray(at, at + size), used);
      else {
        let next = at;
        let into = used;
        const stop = at + size;
        for (; next < stop && next <= lastFour; next += 4, into += 4) to.setInt32(into, from.getInt32(next));
        for (; next < stop; next++, into++) output[into] = from.getUint8(next);
      }
      at += size;
      used += size;
      continue;
    }
    let offset: number;
    if (kind === 1) {
      size = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | from.getUint8(at);
      at += 1;
    } else if (kind === 2) {
      offset = from.getUint16(at, true);
      at += 2;
    } else {
      offset = from.getUint32(at, true);
      at += 4;
    }
    if (offset === 0 || offset > used || used + size > length) throw damaged();
    const stop = used + size;
    // What is copied may reach into what was copied just now: as often as it is needed.
    if (offset < 4) for (; used < stop; used++) output[used] = output[used - offset] ?? 0;
    else for (; used < stop; used += 4) to.setInt32(used, to.getInt32(used - offset));
    used = stop;
  }
  if (used !== length) throw damaged();
  return output.subarray(0, length);
}

/** @returns where the length ends that comes first: seven bits a byte, the low ones first @throws Error for another length */
export function requireLength(input: Uint8Array, length: number): number {
  let found = 0;
  for (let at = 0; at < 5; at++) {
    const byte = input[at] ?? 0;
    found += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) {
      if (found === length) return at + 1;
      break;
    }
  }
  throw new Error('a page has another length than its header says');
}

function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let number = 0;
  for (let byte = 0; byte < size; byte++) number += (bytes[at + byte] ?? 0) * 2 ** (8 * byte);
  return number;
}

function damaged(): Error {
  return new Error('a page of SNAPPY is damaged');
}
