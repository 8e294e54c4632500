import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';

/** Bytes of a block. */
const BLOCK = 1 << 20;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const BYTES_OF_UNIT = 3;
/** UTF-16 units that are gathered before they become bytes. */
const SOON = 8_192;

/** The fields of a column for some rows, with quotes where RFC 4180 wants them: the bytes of each are from `from` up to `to`. */
export interface CsvFields {
  bytes: DataView;
  from: Int32Array;
  to: Int32Array;
}

/** Fields without a byte, for any row. */
export const NO_FIELDS: CsvFields = {
  bytes: new DataView(new ArrayBuffer(0)),
  from: new Int32Array(0),
  to: new Int32Array(0),
};

/**
 * Text that grows, as blocks of bytes. Fields of CSV are written right into a block: a string for each of some millions
 * takes longer to make and to collect than its bytes.
 *
 * Bytes of a file that are not UTF-8 come out as they were. Text becomes bytes soon: joined texts that live for long cost more
 * to collect than to write.
 */
export class CsvBytes {
  #text = '';
  #block = Buffer.allocUnsafe(BLOCK);
  #view = viewOf(this.#block);
  #used = 0;
  #full: Uint8Array[] = [];

  /** Adds text as it is, whose last character is whole. */
  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= SOON) this.#encode();
  }

  /** Adds a row as a record with commas, and after it what ends it. */
  record(fields: readonly CsvFields[], row: number, ending: DataView): void {
    let size = ending.byteLength + fields.length + SPARE;
    for (const { from, to } of fields) size += (to[row] ?? 0) - (from[row] ?? 0);
    let used = this.#room(size);
    const view = this.#view;
    for (let field = 0; field < fields.length; field++) {
      if (field > 0) view.setUint8(used++, COMMA);
      const { bytes, from, to } = fields[field] ?? NO_FIELDS;
      used = copy(bytes, from[row] ?? 0, to[row] ?? 0, view, used);
    }
    this.#used = copy(ending, 0, ending.byteLength, view, used);
  }

  /** @returns the blocks that are full, and with `all` what is left */
  take(all: boolean): Uint8Array[] {
    this.#encode();
    if (all) this.#seal();
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Has so many bytes free after all that was added. @returns where they begin */
  #room(size: number): number {
    if (this.#text !== '') this.#encode();
    if (size > this.#block.length - this.#used) {
      this.#seal();
      if (size > BLOCK) this.#begin(size);
    }
    return this.#used;
  }

  #encode(): void {
    const text = this.#text;
    this.#text = '';
    if (text.isWellFormed()) {
      const start = this.#room(text.length * BYTES_OF_UNIT);
      this.#used += this.#block.write(text, start);
    } else {
      this.#seal();
      this.#full.push(encodeWithBadBytes(text));
    }
  }

  #seal(): void {
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used));
    else if (this.#block.length === BLOCK) return;
    this.#begin(BLOCK);
  }

  #begin(size: number): void {
    this.#used = 0;
    this.#block = Buffer.allocUnsafe(size);
    this.#view = viewOf(this.#block);
  }
}

/** @returns a view of bytes, of which four are read and written at a time */
export function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * Copies bytes, four at a time, which for the few of a field takes a third of what a call of set does. Up to three bytes
 * after them are written too.
 *
 * @returns where they end
 */
function copy(bytes: DataView, from: number, to: number, into: DataView, at: number): number {
  const last = bytes.byteLength - 4;
  let next = from;
  let used = at;
  for (; next < to && next <= last; next += 4, used += 4)
    into.setUint32(used, bytes.getUint32(next, true), true);
  for (; next < to; next++, used++) into.setUint8(used, bytes.getUint8(next));
  return at + to - from;
}

const COMMA = 44;
/** What copying may write past the end. */
const SPARE = 3;
