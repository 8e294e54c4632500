import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import type { ColumnDecoder, ColumnMetaData, SchemaTree } from 'hyparquet/src/types.js';
import { DataError } from '../../src/core/errors.ts';
import { MISSING, UNREADABLE } from '../../src/core/missing.ts';
import { type CsvFields, NO_FIELDS, viewOf } from './csv-bytes.ts';
import { FieldBytes, needsQuotes } from './field-bytes.ts';
import { CODECS } from './parquet-codecs.ts';
import { Dictionary } from './parquet-dictionary.ts';
import { decodePage, type Page } from './parquet-page.ts';
import { type NumberColumn, numberOf, type ValueReader, valueReader } from './parquet-values.ts';

/**
 * The most values of a page, which is decompressed as a whole: 8 bytes for each in each column that is read, and more for
 * text. Writers make pages of 20,000 values to a million; DuckDB makes one of a whole row group.
 */
const MOST_VALUES = 6_000_000;

/** What is done with the values of a column: texts and numbers are read of each row, others are only written when asked for. */
export type ColumnUse = NumberColumn | 'text' | 'written';

/** The most rows that are taken at a time: what is known of them fits the cache of a processor. */
export const MOST_TAKEN = 2_048;

const NO_PAGE: Page = { rows: 0, present: null, values: { kind: 'converted', values: [] } };
/** In place of a value, for a row without one. */
const NONE = -1;

/** A column of one row group, read page by page: one page of it is in memory, whatever the size of the group. */
export class ParquetColumn {
  #reader: { view: DataView<ArrayBuffer>; offset: number };
  readonly #decoder: ColumnDecoder;
  readonly #values: ValueReader;
  readonly #toNumber: (value: unknown) => number;
  readonly #isNumeric: boolean;
  #dictionary: Dictionary | null = null;
  #page = NO_PAGE;
  /** The next row of the page, and the next of its values; of values that are bytes, where the next one starts. */
  #row = 0;
  #next = 0;
  /** Of the rows that were taken, the value of each: its place in the dictionary, its number in the page, or where its bytes start; or NONE. */
  readonly #at = new Int32Array(MOST_TAKEN);
  #taken = 0;
  /** Where values are written as text. */
  #written: FieldBytes | null = null;
  /** Of the rows that were taken, the values as numbers, MISSING or UNREADABLE, where the column is read for them. */
  readonly numbers: Float64Array;
  /** Of the rows that were taken, the values as fields of CSV, as {@link write} left them. */
  readonly fields: CsvFields = { ...NO_FIELDS };

  constructor(
    bytes: ArrayBuffer,
    metadata: ColumnMetaData,
    schemaPath: SchemaTree[],
    element: SchemaTree['element'],
    use: ColumnUse,
  ) {
    this.#values = valueReader(element);
    this.#isNumeric = typeof use !== 'string';
    this.numbers = new Float64Array(this.#isNumeric ? MOST_TAKEN : 0);
    this.#toNumber = typeof use === 'string' ? () => UNREADABLE : numberOf(this.#values, use);
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
    this.#taken = rows;
    if (values.kind === 'places') this.#toPlaces(values.places, rows);
    if (this.#isNumeric) this.#toNumbers(rows);
  }

  #toPlaces(places: ArrayLike<number>, rows: number): void {
    const at = this.#at;
    const size = this.#dictionary?.texts.length ?? 0;
    for (let row = 0; row < rows; row++) {
      const value = at[row] ?? NONE;
      if (value === NONE) continue;
      const place = places[value] ?? size;
      if (place >= size) throw new DataError('a page names a value that its dictionary lacks: it is damaged');
      at[row] = place;
    }
  }

  #toNumbers(rows: number): void {
    const { numbers } = this;
    const at = this.#at;
    const known = this.#page.values.kind === 'places' ? (this.#dictionary?.numbers ?? null) : null;
    for (let row = 0; row < rows; row++) {
      const value = at[row] ?? NONE;
      if (value === NONE) numbers[row] = MISSING;
      else numbers[row] = known === null ? this.#toNumber(this.#value(value)) : (known[value] ?? MISSING);
    }
  }

  /** @param row of those that were taken @returns its value as text; "" where it has none */
  text(row: number): string {
    const at = this.#at[row] ?? NONE;
    if (at === NONE) return '';
    if (this.#page.values.kind === 'places') return this.#dictionary?.texts[at] ?? '';
    const value = this.#value(at);
    return typeof value === 'string' ? value : this.#values.toText(value);
  }

  /** Makes {@link fields} of the rows that were taken. */
  write(): void {
    const { fields } = this;
    const { values } = this.#page;
    const rows = this.#taken;
    if (fields.from.length < rows) {
      fields.from = new Int32Array(MOST_TAKEN);
      fields.to = new Int32Array(MOST_TAKEN);
    }
    if (values.kind === 'places' && this.#dictionary !== null) this.#locate(this.#dictionary, rows);
    else if (values.kind !== 'bytes' || !this.#locateIn(values.bytes, rows)) this.#writeEach(rows);
  }

  #locate(dictionary: Dictionary, rows: number): void {
    const { fields } = this;
    const { bytes, starts } = dictionary.fields();
    const { from, to } = fields;
    const at = this.#at;
    fields.bytes = bytes;
    for (let row = 0; row < rows; row++) {
      const place = at[row] ?? NONE;
      from[row] = place === NONE ? 0 : (starts[place] ?? 0);
      to[row] = place === NONE ? 0 : (starts[place + 1] ?? 0);
    }
  }

  /** @returns whether the fields are what is in the page: none of them has to be put into quotes */
  #locateIn(bytes: Uint8Array, rows: number): boolean {
    const { fields } = this;
    const { from, to } = fields;
    const at = this.#at;
    const view = viewOf(bytes);
    fields.bytes = view;
    for (let row = 0; row < rows; row++) {
      const place = at[row] ?? NONE;
      const start = place === NONE ? 0 : place + 4;
      const end = place === NONE ? 0 : start + lengthAt(bytes, place);
      if (needsQuotes(bytes, start, end, view)) return false;
      from[row] = start;
      to[row] = end;
    }
    return true;
  }

  #writeEach(rows: number): void {
    this.#written ??= new FieldBytes();
    const into = this.#written;
    const { fields } = this;
    const { from, to } = fields;
    const at = this.#at;
    into.used = 0;
    for (let row = 0; row < rows; row++) {
      from[row] = into.used;
      const place = at[row] ?? NONE;
      if (place !== NONE) this.#writeOne(place, into);
      to[row] = into.used;
    }
    fields.bytes = viewOf(into.bytes);
  }

  #writeOne(place: number, into: FieldBytes): void {
    const { values } = this.#page;
    if (values.kind === 'bytes') {
      into.field(values.bytes, place + 4, place + 4 + lengthAt(values.bytes, place));
      return;
    }
    const value = this.#value(place);
    const { holds, toText } = this.#values;
    if (typeof value !== 'number' || holds === 'text')
      into.text(typeof value === 'string' ? value : toText(value));
    else if (holds === 'seconds') into.time(value);
    else into.number(value);
  }

  /** A value of the page as the value reader takes it. */
  #value(at: number): unknown {
    const { values } = this.#page;
    switch (values.kind) {
      case 'int64': {
        const { view } = values;
        const number = view.getInt32(8 * at + 4, true) * 2 ** 32 + view.getUint32(8 * at, true);
        return this.#values.fromInt64(Number.isSafeInteger(number) ? number : view.getBigInt64(8 * at, true));
      }
      case 'int32':
        return this.#values.fromNumber(values.view.getInt32(4 * at, true));
      case 'double':
        return this.#values.fromNumber(values.view.getFloat64(8 * at, true));
      case 'bits':
        return (((values.bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
      case 'bytes':
        return this.#values.fromBytes(values.bytes, at + 4, at + 4 + lengthAt(values.bytes, at));
      case 'converted':
        return values.values[at];
      default:
        throw new Error('a place is no value');
    }
  }

  #readPage(): void {
    // Two pages at a time would be one too many.
    this.#page = NO_PAGE;
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
      const values = convert(data, this.#decoder);
      this.#dictionary = new Dictionary(values, this.#values.toText, this.#toNumber);
      return;
    }
    const { view, offset } = reader;
    const compressed = new Uint8Array(view.buffer, view.byteOffset + offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    if (header.type === 'INDEX_PAGE') return;
    const { storage } = this.#values;
    this.#page = decodePage(
      compressed,
      header,
      this.#decoder,
      storage,
      this.#dictionary?.texts.length ?? null,
    );
    // What is decompressed is not needed in its other form, of which the last page may be all.
    if (reader.offset >= view.byteLength && this.#decoder.codec !== 'UNCOMPRESSED') this.#reader = NOTHING;
  }
}

const NOTHING = { view: new DataView(new ArrayBuffer(0)), offset: 0 };

/** @throws DataError where bytes end before a value does */
function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new DataError('a page ends before its values do: it is damaged');
  const length =
    (bytes[at] ?? 0) +
    (bytes[at + 1] ?? 0) * 0x100 +
    (bytes[at + 2] ?? 0) * 0x1_0000 +
    (bytes[at + 3] ?? 0) * 0x100_0000;
  if (at + 4 + length > bytes.length) throw new DataError('a page ends before its values do: it is damaged');
  return length;
}
