import type { RowSink } from './clean.ts';
import { CsvReader } from './csv.ts';
import { startsAsJson } from './formats.ts';
import { JsonLinesReader } from './json-lines.ts';

/** Whether text, as far as it has come, starts like a line of JSON. */
const NOTHING_YET = /^\uFEFF?\s*$/;

/** Reads a history from text that arrives in pieces, cut anywhere: JSON lines where it starts with a brace, else CSV. */
export class TextReader {
  readonly #options: RowSink;
  #reader: CsvReader | JsonLinesReader | null = null;
  /** What has arrived before anything but white space. */
  #blank = '';

  constructor(options: RowSink) {
    this.#options = options;
  }

  /**
   * Reads a piece of text.
   *
   * @throws DataError as {@link CsvReader.push} and {@link JsonLinesReader.push} do
   */
  push(text: string): void {
    if (this.#reader !== null) {
      this.#reader.push(text);
      return;
    }
    const all = this.#blank + text;
    // So much white space is no start of JSON.
    if (NOTHING_YET.test(all) && all.length < 4096) {
      this.#blank = all;
      return;
    }
    this.#begin(all);
  }

  /** What reads CSV; null before there is any, and for JSON. */
  get csv(): CsvReader | null {
    return this.#reader instanceof CsvReader ? this.#reader : null;
  }

  /**
   * Reads what is left when the file is at its end.
   *
   * @throws DataError as {@link CsvReader.end} and {@link JsonLinesReader.end} do
   */
  end(): void {
    if (this.#reader === null) this.#begin(this.#blank);
    this.#reader?.end();
  }

  #begin(text: string): void {
    const isJson = startsAsJson(text);
    this.#reader = isJson ? new JsonLinesReader(this.#options) : new CsvReader(this.#options);
    this.#reader.push(isJson ? text.replace(/^\uFEFF/, '') : text);
  }
}
