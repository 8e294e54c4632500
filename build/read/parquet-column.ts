import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import type { ColumnDecoder, ColumnMetaData, SchemaTree } from 'hyparquet/src/types.js';
import { DataError } from '../../src/core/errors.ts';
import { MISSING, UNREADABLE } from '../../src/core/missing.ts';
import { FIRST_SECOND, LAST_SECOND } from '../../src/core/time.ts';
import { CODECS } from './parquet-codecs.ts';
import { type ValueReader, valueReader } from './parquet-values.ts';

/**
 * The most values of a page, which is decoded as a whole: some 30 bytes for each in each column that is read. Writers
 * make pages of 20,000 values to a million; DuckDB makes one of a whole row group.
 */
const MOST_VALUES = 6_000_000;

/** What a column of numbers or times is read for. */
export interface NumberColumn {
  kind: 'time' | 'whole' | 'amount';
  /** Reads a value that is text. */
  read: (text: string) => number;
}

/** A value of the dictionary, read once however often it is in the column. */
interface Entry {
  text: string;
  number: number;
}

/** A column of one row group, read page by page: one page of it is in memory, whatever the size of the group. */
export class ParquetColumn {
  readonly #reader: { view: DataView; offset: number };
  readonly #decoder: ColumnDecoder;
  readonly #values: ValueReader;
  readonly #toNumber: (value: unknown) => number;
  #dictionary: Entry[] | undefined;
  /** Values as hyparquet gives them; entries where the page has places in the dictionary. */
  #page: ArrayLike<unknown> = [];
  #hasEntries = false;
  #at = 0;

  /** @param number for a column that is read as numbers */
  constructor(
    bytes: ArrayBuffer,
    metadata: ColumnMetaData,
    schemaPath: SchemaTree[],
    element: SchemaTree['element'],
    number: NumberColumn | null = null,
  ) {
    this.#values = valueReader(element);
    this.#toNumber = number === null ? () => UNREADABLE : numberOf(this.#values, number);
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

  /** Values that {@link next} can give at once; decodes the next page when there are no more. 0 at the end. */
  available(): number {
    while (this.#at === this.#page.length && this.#reader.offset < this.#reader.view.byteLength)
      this.#readPage();
    return this.#page.length - this.#at;
  }

  /** @returns the next value as text */
  next(): string {
    return this.#text(this.#at++);
  }

  /** @returns the next value as a number, MISSING or UNREADABLE */
  nextNumber(): number {
    const value = this.#page[this.#at++];
    if (!this.#hasEntries) return this.#toNumber(value);
    return value === undefined || value === null ? MISSING : (value as Entry).number;
  }

  /** @returns the value that was read last, as text */
  last(): string {
    return this.#text(this.#at - 1);
  }

  #text(at: number): string {
    const value = this.#page[at];
    if (typeof value === 'string') return value;
    if (!this.#hasEntries) return this.#values.toText(value);
    return value === undefined || value === null ? '' : (value as Entry).text;
  }

  #readPage(): void {
    // Two pages at a time would be one too many.
    this.#page = [];
    this.#at = 0;
    const header = parquetHeader(this.#reader);
    const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0;
    if (values > MOST_VALUES) {
      throw new DataError(
        `expected at most ${MOST_VALUES} values in a page, found ${values}: write it with smaller pages or row groups, ` +
          'as with ROW_GROUP_SIZE 122880 in DuckDB',
      );
    }
    const { data = [] } = readPage(this.#reader, header, this.#decoder, this.#dictionary, undefined, 0);
    if (header.type === 'DICTIONARY_PAGE') {
      this.#dictionary = Array.from(convert(data, this.#decoder), (value) => ({
        text: this.#values.toText(value),
        number: this.#toNumber(value),
      }));
      return;
    }
    const { encoding } = header.data_page_header ?? header.data_page_header_v2 ?? {};
    this.#hasEntries = this.#dictionary !== undefined && (encoding?.endsWith('_DICTIONARY') ?? false);
    this.#page = data;
  }
}

/** @returns the number that the text of a value would be read as, without making the text where that can be */
function numberOf({ holds, toText }: ValueReader, { kind, read }: NumberColumn): (value: unknown) => number {
  const fromText = (value: unknown) => read(toText(value));
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
