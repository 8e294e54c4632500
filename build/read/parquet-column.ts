import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import type { ColumnDecoder, ColumnMetaData, SchemaTree } from 'hyparquet/src/types.js';
import { CODECS } from './parquet-codecs.ts';
import { type ValueReader, valueReader } from './parquet-values.ts';

/** A column of one row group, read page by page: one page of it is in memory, whatever the size of the group. */
export class ParquetColumn {
  readonly #reader: { view: DataView; offset: number };
  readonly #decoder: ColumnDecoder;
  readonly #values: ValueReader;
  #dictionary: string[] | undefined;
  /** Values as hyparquet gives them: those that came through the dictionary are text already. */
  #page: ArrayLike<unknown> = [];
  #at = 0;

  constructor(
    bytes: ArrayBuffer,
    metadata: ColumnMetaData,
    schemaPath: SchemaTree[],
    element: SchemaTree['element'],
  ) {
    this.#values = valueReader(element);
    this.#reader = { view: new DataView(bytes), offset: 0 };
    this.#decoder = {
      pathInSchema: metadata.path_in_schema,
      type: metadata.type,
      element: this.#values.element,
      schemaPath,
      codec: metadata.codec,
      parsers: this.#values.parsers,
      compressors: CODECS,
      // Bytes that are text without saying so are told from those of a decimal by the value reader.
      utf8: false,
    };
  }

  /** Values that {@link next} has at hand; decodes the next page when there is none. 0 at the end. */
  available(): number {
    while (this.#at === this.#page.length && this.#reader.offset < this.#reader.view.byteLength)
      this.#readPage();
    return this.#page.length - this.#at;
  }

  /** @returns the next value as text */
  next(): string {
    const value = this.#page[this.#at++];
    return typeof value === 'string' ? value : this.#values.toText(value);
  }

  #readPage(): void {
    // Two pages at a time would be one too many.
    this.#page = [];
    this.#at = 0;
    const header = parquetHeader(this.#reader);
    const { data = [] } = readPage(this.#reader, header, this.#decoder, this.#dictionary, undefined, 0);
    if (header.type === 'DICTIONARY_PAGE') {
      this.#dictionary = Array.from(convert(data, this.#decoder), this.#values.toText);
      return;
    }
    this.#page = data;
  }
}
