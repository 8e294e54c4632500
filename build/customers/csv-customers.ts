import Papa from 'papaparse';
import { DataError } from '../../src/core/errors.ts';
import { type CsvShape, readHeader } from '../../src/core/history/csv-shape.ts';
import {
  count,
  endOfLine,
  findShortHeader,
  LONGEST_RECORD,
  requireText,
} from '../../src/core/history/csv-text.ts';
import { locateCustomerColumns } from './columns.ts';
import { CsvRecord } from './csv-record.ts';
import type { CustomerReading } from './record.ts';

/**
 * Reads customers from CSV that arrives in pieces, by the rules of CsvReader in core, but keeps each record as it is
 * written: it goes to the output unchanged. Lines without a quote, which are nearly all, are only searched for their
 * delimiters; others are papaparse's.
 */
export class CsvCustomers {
  readonly #reading: CustomerReading;
  #record: CsvRecord | null = null;
  #shape: CsvShape | null = null;
  #parser: Papa.Parser | null = null;
  /** What has arrived and is not read: the start of a record, on line #line. */
  #rest = '';
  #line = 1;
  /** Whether #rest starts with a field that only another quote can close. */
  #open = false;

  constructor(reading: CustomerReading) {
    this.#reading = reading;
  }

  /** The line on which the next piece of text starts. */
  get line(): number {
    return this.#line + count(this.#rest, this.#shape?.newline ?? '\n');
  }

  /** @throws DataError when the text is no CSV, or lacks a column */
  push(text: string): void {
    requireText(text, () => this.line);
    this.#rest = this.#rest === '' ? text : this.#rest + text;
    if (this.#shape === null && !this.#readHeader(false)) return;
    if (!this.#open || text.includes('"')) this.#readRecords();
    while (this.#rest.length > LONGEST_RECORD) this.#skipUnclosed();
  }

  /** Reads what is left when the file is at its end. @throws DataError for a file without a header */
  end(): void {
    if (this.#shape === null && !this.#readHeader(true)) {
      throw new DataError('expected a header line with the names of the columns, found an empty file');
    }
    if (this.#rest !== '') this.#rest += this.#shape?.newline ?? '\n';
    this.#readRecords();
    while (this.#rest !== '') this.#skipUnclosed();
  }

  #readHeader(complete: boolean): boolean {
    const found = findShortHeader(this.#rest, complete);
    if (found === null) return false;
    const { columns } = this.#reading;
    // The names by which the delimiter is found are those of a history, most of which customers share.
    const { delimiter, header } = readHeader(found.text, { timestamp: '', voucher_amount: '', ...columns });
    this.#shape = { delimiter, header, newline: found.newline };
    this.#parser = new Papa.Parser({ delimiter, newline: found.newline, preview: 1 });
    this.#reading.onColumns({ names: header, delimiter });
    this.#record = new CsvRecord(delimiter, header.length, locateCustomerColumns(header, columns));
    this.#rest = this.#rest.slice(found.end);
    this.#line += found.lines;
    return true;
  }

  /** Reads all complete records of #rest. */
  #readRecords(): void {
    if (this.#shape === null) return;
    const { newline } = this.#shape;
    const text = this.#rest;
    let quote = text.indexOf('"');
    let at = 0;
    for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, at)) {
      if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
      if (quote === -1 || quote > end) {
        this.#plain(text, at, end);
        this.#line++;
        at = end + 1;
      } else {
        const length = this.#quoted(text, at, end);
        if (length === 0) break;
        at += length;
      }
    }
    this.#rest = text.slice(at);
    this.#open = this.#rest.lastIndexOf(newline) > this.#rest.lastIndexOf('"');
  }

  /** Reads the record of a line without quotes. */
  #plain(text: string, start: number, end: number): void {
    if (this.#record?.take(text, start, end)) this.#reading.onRecord(this.#record, this.#line);
    else this.#malformed(text.slice(start, end));
  }

  /**
   * Reads a record in which there is a quote.
   *
   * @param start where it starts
   * @param lineEnd the position of its first line end
   * @returns its length with its line end; 0 when it is not whole yet
   */
  #quoted(text: string, start: number, lineEnd: number): number {
    if (this.#parser === null) return 0;
    const { newline } = this.#shape ?? { newline: '\n' };
    // A quote that nothing closes must not have all of the text searched for each line: twice as much each time.
    let lines = text.slice(start, lineEnd + 1);
    let parsed = this.#parser.parse(lines, 0, true) as Papa.ParseResult<string[]>;
    while (parsed.data.length === 0 && parsed.errors.length === 0) {
      const end = text.indexOf(newline, start + 2 * lines.length) + 1 || text.lastIndexOf(newline) + 1;
      if (end === start + lines.length) return 0;
      lines = text.slice(start, end);
      parsed = this.#parser.parse(lines, 0, true) as Papa.ParseResult<string[]>;
    }
    const { data, errors, meta } = parsed;
    const [fields] = data;
    const raw = lines.slice(0, meta.cursor - 1);
    const inside = count(raw, newline);
    if (fields === undefined || (errors.length > 0 && inside > 0)) {
      // An opening quote without its closing one has swallowed the lines up to the next quote.
      this.#malformed(text.slice(start, lineEnd));
      this.#line++;
      return lineEnd + 1 - start;
    }
    if (this.#record?.takeFields(raw, fields)) this.#reading.onRecord(this.#record, this.#line);
    else if (fields.length > 1 || fields[0]?.trim() !== '') this.#malformed(raw);
    this.#line += 1 + inside;
    return meta.cursor;
  }

  /** Gives up on the line that #rest starts with, whose quote nothing closes. */
  #skipUnclosed(): void {
    const end = endOfLine(this.#rest, 0, this.#shape?.newline ?? '\n', this.#line);
    this.#malformed(this.#rest.slice(0, end));
    this.#rest = this.#rest.slice(end + 1);
    this.#line++;
    this.#readRecords();
  }

  /** A blank line is no record. */
  #malformed(text: string): void {
    if (text.trim() === '') return;
    const columns = this.#shape?.header.length ?? 0;
    const message = `expected ${columns} fields, found fewer or more, or a quote that is not closed`;
    this.#reading.onMalformed(text.replace(/\r$/, ''), this.#line, message);
  }
}
