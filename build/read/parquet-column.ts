import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import type { ColumnDecoder, ColumnMetaData, SchemaTree } from 'hyparquet/src/types.js';
import { DataError } from '../../src/core/errors.ts';
import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { MISSING, UNREADABLE } from '../../src/core/missing.ts';
import { FIRST_SECOND, LAST_SECOND } from '../../src/core/time.ts';
import { type CsvBytes, MOST_WHOLE } from './csv-bytes.ts';
import { CODECS } from './parquet-codecs.ts';
import { decodePage, type Page } from './parquet-page.ts';
import { type ValueReader, valueReader } from './parquet-values.ts';

/**
 * The most values of a page, which is decompressed as a whole: 8 bytes for each in each column that is read, and more for
 * text. Writers make pages of 20,000 values to a million; DuckDB makes one of a whole row group.
 */
const MOST_VALUES = 6_000_000;

/** What a column of numbers or times is read for. */
export interface NumberColumn {
  kind: 'time' | 'whole' | 'amount';
  /** Reads a value that is text. */
  read: (text: string) => number;
}

/** What is done with the values of a column: texts and numbers are read of each row, others are only written when asked for. */
export type ColumnUse = NumberColumn | 'text' | 'written';

/** A value of the dictionary, read once however often it is in the column. */
interface Entry {
  text: string;
  number: number;
  /** The text as bytes, once they were asked for. */
  bytes: Uint8Array | null;
}

const NO_PAGE: Page = { rows: 0, present: null, values: { kind: 'converted', values: [] } };
/** In place of a value, for a row without one. */
const NONE = -1;

/** A column of one row group, read page by page: one page of it is in memory, whatever the size of the group. */
export class ParquetColumn {
  #reader: { view: DataView<ArrayBuffer>; offset: number };
  readonly #decoder: ColumnDecoder;
  readonly #values: ValueReader;
  readonly #toNumber: (value: unknown) => number;
  #dictionary: Entry[] | null = null;
  #page = NO_PAGE;
  /** The next row of the page, and the next of its values; of values that are bytes, where the next one starts. */
  #row = 0;
  #next = 0;
  /** Of the row that it is at, the value, or NONE. */
  #last = NONE;

  constructor(
    bytes: ArrayBuffer,
    metadata: ColumnMetaData,
    schemaPath: SchemaTree[],
    element: SchemaTree['element'],
    use: ColumnUse,
  ) {
    this.#values = valueReader(element);
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

  /** Rows that {@link advance} has at hand; decodes the next page after the last row of one. 0 at the end. */
  available(): number {
    while (this.#row === this.#page.rows && this.#reader.offset < this.#reader.view.byteLength)
      this.#readPage();
    return this.#page.rows - this.#row;
  }

  /** @returns the value of the row as a number, MISSING or UNREADABLE */
  number(): number {
    const at = this.#last;
    if (at === NONE) return MISSING;
    const { values } = this.#page;
    if (values.kind === 'places') return this.#entry(values.places[at]).number;
    return this.#toNumber(this.#value(at));
  }

  /** @returns the value of the row as text; "" where it has none */
  text(): string {
    const at = this.#last;
    if (at === NONE) return '';
    const { values } = this.#page;
    if (values.kind === 'places') return this.#entry(values.places[at]).text;
    const value = this.#value(at);
    return typeof value === 'string' ? value : this.#values.toText(value);
  }

  /** Writes the value of the row as a field of CSV. */
  write(into: CsvBytes): void {
    const at = this.#last;
    if (at === NONE) return;
    const { values } = this.#page;
    if (values.kind === 'bytes') {
      into.field(values.bytes, at + 4, at + 4 + lengthAt(values.bytes, at));
      return;
    }
    const entry = values.kind === 'places' ? this.#entry(values.places[at]) : null;
    const value = entry === null ? this.#value(at) : null;
    if (typeof value === 'number' && this.#values.holds === 'seconds') into.time(value);
    else if (typeof value === 'number' && value >= 0 && value <= MOST_WHOLE && Number.isInteger(value))
      into.whole(value);
    else {
      const bytes = entry?.bytes ?? encodeWithBadBytes(entry?.text ?? this.text());
      if (entry !== null) entry.bytes = bytes;
      into.field(bytes, 0, bytes.length);
    }
  }

  /** Passes to the next row. */
  advance(): void {
    const { present, values } = this.#page;
    const row = this.#row++;
    if (present !== null && present[row] === 0) {
      this.#last = NONE;
      return;
    }
    this.#last = this.#next;
    this.#next += values.kind === 'bytes' ? 4 + lengthAt(values.bytes, this.#next) : 1;
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
      case 'bytes':
        return this.#values.fromBytes(values.bytes, at + 4, at + 4 + lengthAt(values.bytes, at));
      case 'converted':
        return values.values[at];
      default:
        throw new Error('a place is no value');
    }
  }

  #entry(place = -1): Entry {
    const entry = this.#dictionary?.[place];
    if (entry === undefined)
      throw new DataError('a page names a value that its dictionary lacks: it is damaged');
    return entry;
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
      this.#dictionary = Array.from(convert(data, this.#decoder), (value) => {
        return { text: this.#values.toText(value), number: this.#toNumber(value), bytes: null };
      });
      return;
    }
    const { view, offset } = reader;
    const compressed = new Uint8Array(view.buffer, view.byteOffset + offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    if (header.type === 'INDEX_PAGE') return;
    const { storage } = this.#values;
    this.#page = decodePage(compressed, header, this.#decoder, storage, this.#dictionary?.length ?? null);
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

/** @returns the number that the text of a value would be read as, without making the text where that can be */
function numberOf({ holds, toText }: ValueReader, { kind, read }: NumberColumn): (value: unknown) => number {
  const fromText = (value: unknown) => read(typeof value === 'string' ? value : toText(value));
  if (holds === 'seconds' && kind === 'time') {
    return (value) => {
      if (typeof value !== 'number') return MISSING;
      return value >= FIRST_SECOND && value <= LAST_SECOND ? value : UNREADABLE;
    };
  }
  if (holds !== 'number' || kind === 'time') return fromText;
  return (value) => {
    if (value === null || value === undefined) return MISSING;
    const number = typeof value === 'number' ? value : Number(value);
    // Not a number is how some programs write a missing one.
    if (Number.isNaN(number)) return MISSING;
    const isReadable = number >= 0 && number < Number.POSITIVE_INFINITY;
    return isReadable && (kind === 'amount' || Number.isInteger(number)) ? number + 0 : UNREADABLE;
  };
}
