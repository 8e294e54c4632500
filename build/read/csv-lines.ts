import type { CsvReader } from '../../src/core/history/csv.ts';
import type { CsvShape } from '../../src/core/history/csv-shape.ts';
import { LINE_FEED } from '../../src/core/history/utf8.ts';
import { PIECE } from './stored.ts';
import { utf8 } from './text.ts';

/** Takes lines of CSV as bytes, where it can. */
export interface PlainLines {
  /**
   * Takes lines as long as they are plain.
   *
   * @param from where a line starts, and `to` where one ends
   * @returns where it stops: at the start of a line, or at `to`; and the lines before that
   */
  take(bytes: Uint8Array, from: number, to: number): { at: number; lines: number };
}

/** @returns what takes plain lines of CSV of a shape; null where it has none */
export type PlainLinesOf = (shape: CsvShape) => PlainLines | null;

/** Reads CSV from bytes of UTF-8, cut at the ends of lines: plain lines as they are, the others as text. */
export class CsvLines {
  readonly #reader: CsvReader;
  readonly #plainOf: PlainLinesOf;
  #plain: PlainLines | null | undefined;

  constructor(reader: CsvReader, plainOf: PlainLinesOf) {
    this.#reader = reader;
    this.#plainOf = plainOf;
  }

  /** @throws DataError as {@link CsvReader.push} does */
  push(bytes: Uint8Array): void {
    const to = bytes.lastIndexOf(LINE_FEED) + 1;
    /** Bytes that are read as text at least: where few lines are plain, more and more. */
    let least = 1;
    for (let at = 0; at < bytes.length; ) {
      const plain = at < to ? this.#plainHere() : null;
      const taken = plain?.take(bytes, at, to);
      if (taken !== undefined) {
        this.#reader.passOver(taken.lines);
        least = taken.lines > 0 ? 1 : Math.min(2 * least, PIECE);
        at = taken.at;
      }
      // An open quote may take many lines to close.
      const line = bytes.indexOf(LINE_FEED, at + (plain === null ? PIECE : least) - 1);
      const end = line === -1 ? bytes.length : line + 1;
      if (end > at) this.#reader.push(utf8(bytes.subarray(at, end)));
      at = end;
    }
  }

  /** @returns what takes the next line, if anything can */
  #plainHere(): PlainLines | null {
    const { rowShape } = this.#reader;
    if (rowShape === null) return null;
    if (this.#plain === undefined) this.#plain = this.#plainOf(rowShape);
    return this.#plain;
  }
}
