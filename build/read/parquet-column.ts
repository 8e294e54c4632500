import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import type { ColumnDecoder, ColumnMetaData, DecodedArray, SchemaElement } from 'hyparquet/src/types.js';
import { DataError } from '../../src/core/errors.ts';
import { MISSING } from '../../src/core/missing.ts';
import type { CsvBytes } from './csv-bytes.ts';
import { CODECS } from './parquet-codecs.ts';
import { Dictionary } from './parquet-dictionary.ts';
import { type NumberColumn, NumberReader } from './parquet-numbers.ts';
import { decodePage, type Page, valuesOf } from './parquet-page.ts';
import { lengthAt, NONE, StoredValues } from './parquet-stored.ts';
import { PARSERS, type ValueReader, valueReader } from './parquet-values.ts';

/**
 * The most values of a page, which is decompressed as a whole: 8 bytes for each in each column that is read, and more for
 * text. Writers make pages of 20,000 values to a million; DuckDB makes one of a whole row group.
 */
const MOST_VALUES = 6_000_000;

/** The most rows that are taken at a time: what is known of them fits the cache of a processor. */
export const MOST_TAKEN = 2_048;

const NO_PAGE: Page = { rows: 0, present: null, values: { kind: 'converted', values: [] } };

/** A column of one row group, read page by page: one page of it is in memory, whatever the size of the group. */
export class ParquetColumn {
  #reader: { view: DataView<ArrayBuffer>; offset: number };
  readonly #decoder: ColumnDecoder;
  readonly #values: ValueReader;
  /** Where the column is read for numbers. */
  readonly #toNumbers: NumberReader | null;
  #dictionary: Dictionary | null = null;
  #page = NO_PAGE;
  /** What the values of the page are: its own, or those of the dictionary. */
  #source: StoredValues | Dictionary;
  /** The next row of the page, and the next of its values; of values that are bytes, where the next one starts. */
  #row = 0;
  #next = 0;
  /** The value of each row taken: its place in the dictionary, its number in the page, where its bytes start, or NONE. */
  readonly #at = new Int32Array(MOST_TAKEN);
  /** Of the rows that were taken, the values as numbers, MISSING or UNREADABLE, where the column is read for them. */
  readonly numbers: Float64Array;

  /** @param numbers what it is read for, where that is numbers */
  constructor(
    bytes: ArrayBuffer,
    metadata: ColumnMetaData,
    element: SchemaElement,
    numbers: NumberColumn | undefined,
  ) {
    this.#values = valueReader(element);
    this.#toNumbers = numbers === undefined ? null : new NumberReader(this.#values, numbers);
    this.numbers = new Float64Array(this.#toNumbers === null ? 0 : MOST_TAKEN);
    this.#source = new StoredValues(NO_PAGE.values, this.#values);
    this.#reader = { view: new DataView(bytes), offset: 0 };
    this.#decoder = {
      pathInSchema: metadata.path_in_schema,
      type: metadata.type,
      element: this.#values.element,
      // Of a column that lacks nothing and is not nested: which rows have a value is read before its values are.
      schemaPath: [],
      codec: metadata.codec,
      parsers: PARSERS,
      compressors: CODECS,
      // Bytes that are text without saying so are told from those of a decimal by the value reader.
      utf8: false,
    };
  }

  /** Rows that {@link take} has at hand; decodes the next page after the last row of one. 0 at the end. */
  available(): number {
    while (this.#row === this.#page.rows && this.#reader.offset < this.#reader.view.byteLength)
      this.#readPage();
    return this.#page.rows - this.#row;
  }

  /** Passes to the next rows. @param rows at most those that are available, and MOST_TAKEN */
  take(rows: number): void {
    const { present, values } = this.#page;
    const at = this.#at;
    const bytes = values.kind === 'bytes' ? values.bytes : null;
    const first = this.#row;
    let next = this.#next;
    for (let row = 0; row < rows; row++) {
      if (present !== null && present[first + row] === 0) {
        at[row] = NONE;
        continue;
      }
      at[row] = next;
      next += bytes === null ? 1 : 4 + lengthAt(bytes, next);
    }
    this.#row += rows;
    this.#next = next;
    if (values.kind === 'places') this.#toPlaces(values.places, rows);
    this.#readNumbers(rows);
  }

  #toPlaces(places: ArrayLike<number>, rows: number): void {
    const at = this.#at;
    const size = this.#dictionary?.size ?? 0;
    for (let row = 0; row < rows; row++) {
      const value = at[row] ?? NONE;
      if (value === NONE) continue;
      const place = places[value] ?? size;
      if (place >= size) throw new DataError('a page names a value that its dictionary lacks: it is damaged');
      at[row] = place;
    }
  }

  #readNumbers(rows: number): void {
    if (this.#toNumbers === null) return;
    const { numbers } = this;
    const at = this.#at;
    const source = this.#source;
    if (source instanceof StoredValues) {
      this.#toNumbers.read(source, at, rows, numbers);
      return;
    }
    const known = source.numbers;
    for (let row = 0; row < rows; row++) {
      const place = at[row] ?? NONE;
      numbers[row] = place === NONE ? MISSING : (known[place] ?? MISSING);
    }
  }

  /** @param row of those that were taken @returns its value as text; "" where it has none */
  text(row: number): string {
    const at = this.#at[row] ?? NONE;
    return at === NONE ? '' : this.#source.text(at);
  }

  /** Writes the value of a row of those that were taken as a field of CSV. */
  write(row: number, into: CsvBytes): void {
    const at = this.#at[row] ?? NONE;
    if (at !== NONE) this.#source.write(at, into);
  }

  #readPage(): void {
    // Two pages at a time would be one too many.
    this.#page = NO_PAGE;
    this.#source = new StoredValues(NO_PAGE.values, this.#values);
    this.#row = 0;
    this.#next = 0;
    const reader = this.#reader;
    const header = parquetHeader(reader);
    const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0;
    const left = reader.view.byteLength - reader.offset;
    const sizes = [header.compressed_page_size, header.uncompressed_page_size, values];
    if (!sizes.every((size) => size >= 0) || header.compressed_page_size > left) {
      throw new DataError('the header of a page does not fit what follows it: it is damaged');
    }
    if (values > MOST_VALUES) {
      throw new DataError(
        `expected at most ${MOST_VALUES} values in a page, found ${values}: write it with smaller pages or row groups, ` +
          'as with ROW_GROUP_SIZE 122880 in DuckDB',
      );
    }
    if (header.type === 'DICTIONARY_PAGE') {
      const { data = [] } = readPage(reader, header, this.#decoder, undefined, undefined, 0);
      this.#dictionary = this.#dictionaryOf(data);
      return;
    }
    const { view, offset } = reader;
    const compressed = new Uint8Array(view.buffer, view.byteOffset + offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    if (header.type === 'INDEX_PAGE') return;
    const { storage } = this.#values;
    this.#page = decodePage(compressed, header, this.#decoder, storage, this.#dictionary?.size ?? 0);
    const page = this.#page.values;
    const dictionary = page.kind === 'places' ? this.#dictionary : null;
    this.#source = dictionary ?? new StoredValues(page, this.#values);
    // What is decompressed is not needed in its other form, of which the last page may be all.
    if (reader.offset >= view.byteLength && this.#decoder.codec !== 'UNCOMPRESSED') this.#reader = NOTHING;
  }

  #dictionaryOf(data: DecodedArray): Dictionary {
    const values = valuesOf(data, this.#decoder, this.#values.storage);
    const stored = new StoredValues(values, this.#values);
    const numbers = new Float64Array(this.#toNumbers === null ? 0 : data.length);
    const all = new Int32Array(numbers.length).map((_, place) => place);
    this.#toNumbers?.read(stored, all, data.length, numbers);
    return new Dictionary(data.length, stored, numbers);
  }
}

const NOTHING = { view: new DataView(new ArrayBuffer(0)), offset: 0 };
