import { DataError } from '../errors.ts';
import { FIELDS, type Field } from '../fields/fields.ts';
import { emptyRead, emptyRow, type RawRow, type RowSink } from './clean.ts';
import { columnWins, EmptyFile, locateColumns } from './columns.ts';
import type { CsvRecord } from './csv-record.ts';
import { CsvRecords, type CsvRecordsOptions } from './csv-records.ts';
import type { CsvShape } from './csv-shape.ts';
import { notText } from './csv-text.ts';

export type CsvReaderOptions = RowSink & Pick<CsvRecordsOptions, 'shape' | 'line' | 'rest'>;

/**
 * Reads a history from CSV that arrives in pieces, cut anywhere. Fields are read where they are, which is faster than to
 * cut them out first.
 */
export class CsvReader {
  readonly #options: CsvReaderOptions;
  readonly #records: CsvRecords;
  readonly #row = emptyRow();
  readonly #readRow = emptyRead();
  #record: CsvRecord | null = null;
  #positions: Record<Field, number> | null = null;
  #constants: [Field, string][] = [];
  /** Whether there was something that is no text, somewhere: what is not looked at may hold it. */
  #suspicious: boolean;

  constructor(options: CsvReaderOptions) {
    const { columns, constants, rest } = options;
    this.#options = options;
    this.#suspicious = rest !== undefined && notText(rest) !== null;
    this.#records = new CsvRecords({
      wanted: FIELDS.map((field) => columns[field]),
      onHeader: ({ header }) => {
        this.#positions = locateColumns(header, columns, constants);
        this.#constants = [];
        for (const [field, value] of Object.entries(constants ?? {}) as [Field, string][]) {
          if (this.#positions[field] === -1) this.#constants.push([field, value]);
          else options.onRemark?.(columnWins(columns[field], value));
        }
        const { first_order_ts: _, ...needed } = this.#positions;
        return Object.values(needed);
      },
      onRecord: this.#read,
      onMalformed: options.onMalformed,
      onRemark: options.onRemark,
      shape: options.shape,
      line: options.line,
      rest,
    });
  }

  /** See {@link CsvRecords.state}. */
  get state(): { rest: string; line: number } {
    return this.#records.state;
  }

  /** What the header said, where a row starts with the text to come, and all of its fields are there; null elsewhere. */
  get rowShape(): CsvShape | null {
    const { shape, state } = this.#records;
    return this.#constants.length === 0 && state.rest === '' ? shape : null;
  }

  /** See {@link CsvRecords.passOver}. */
  passOver(lines: number): void {
    this.#records.passOver(lines);
  }

  /**
   * Reads a piece of text.
   *
   * @throws DataError when the text is no CSV, or lacks a column; the sentence does not know the file's name
   */
  push(text: string): void {
    this.#suspicious ||= text.includes('\0') || !text.isWellFormed();
    this.#records.push(text);
  }

  /**
   * Reads what is left when the file is at its end.
   *
   * @throws DataError as {@link push} does, and for a file without a header
   */
  end(): void {
    if (this.#records.end()) return;
    const expected = FIELDS.map((field) => this.#options.columns[field]).join(', ');
    throw new EmptyFile(`expected a header line with the columns ${expected}, found an empty file`);
  }

  #read = (record: CsvRecord, line: number): void => {
    const positions = this.#positions;
    if (positions === null) return;
    this.#record = record;
    const row = this.#readRow;
    const { readers, onRow } = this.#options;
    row.timestamp = record.read(positions.timestamp, readers.timestamp);
    row.country_code = record.field(positions.country_code);
    row.last_order_ts = record.read(positions.last_order_ts, readers.last_order_ts);
    row.first_order_ts = record.read(positions.first_order_ts, readers.first_order_ts);
    row.total_orders = record.read(positions.total_orders, readers.total_orders);
    row.voucher_amount = record.read(positions.voucher_amount, readers.voucher_amount);
    for (const [field, value] of this.#constants) {
      if (field === 'country_code') row.country_code = value;
      else row[field] = readers[field](value);
    }
    this.#requireText(row.country_code, line);
    onRow(row, line, this.#text);
  };

  /** The fields of the record as they are written. */
  #text = (): RawRow => {
    const row = this.#row;
    const record = this.#record;
    const positions = this.#positions;
    if (record === null || positions === null) return row;
    row.timestamp = record.field(positions.timestamp);
    row.country_code = record.field(positions.country_code);
    row.last_order_ts = record.field(positions.last_order_ts);
    row.first_order_ts = record.field(positions.first_order_ts);
    row.total_orders = record.field(positions.total_orders);
    row.voucher_amount = record.field(positions.voucher_amount);
    for (const [field, value] of this.#constants) row[field] = value;
    return row;
  };

  #requireText(country: string, line: number): void {
    const trouble = this.#suspicious ? notText(country) : null;
    if (trouble !== null)
      throw new DataError(`line ${line}: ${this.#options.columns.country_code} ${trouble}`);
  }
}
