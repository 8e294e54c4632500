import Papa from 'papaparse';
import { FIELDS, type Field } from '../config/config.ts';
import { DataError } from '../errors.ts';
import type { RawRow } from './clean.ts';
import { locateColumns } from './columns.ts';
import { type CsvShape, findHeader, readHeader } from './csv-shape.ts';

/** The longest record, in UTF-16 units. What is longer is no row of a history, and must not fill the memory. */
export const LONGEST_RECORD = 1 << 20;

export interface CsvReaderOptions {
  /** The name that each field has in the header. */
  columns: Readonly<Record<Field, string>>;
  /**
   * Receives each row with the line on which it starts, the first line of the file being 1. The row is the same
   * object every time: copy what is to be kept.
   */
  onRow: (row: RawRow, line: number) => void;
  /** Receives the fields of a row with too few or too many of them, or with a quote that is not closed. */
  onMalformed: (fields: readonly string[], line: number) => void;
  /** For a text that starts behind the header, at the start of a record: what the header said. */
  shape?: CsvShape;
  /** The line on which the text starts; 1 unless given. */
  line?: number;
  /** What another reader had left of the text before: the start of a record, which starts on `line`. */
  rest?: string;
}

/**
 * Reads CSV that arrives in pieces, cut anywhere. Quoted fields may hold delimiters and line ends; CRLF, LF and
 * lone CR end lines; blank lines are no rows; the delimiter is found from the header.
 *
 * A quote that is opened and not properly closed costs the line on which it stands, which is malformed, and not
 * the lines behind it: reading resumes on the next line.
 */
export class CsvReader {
  readonly #options: CsvReaderOptions;
  readonly #row: RawRow = {
    timestamp: '',
    country_code: '',
    last_order_ts: '',
    first_order_ts: '',
    total_orders: '',
    voucher_amount: '',
  };
  #shape: CsvShape | null = null;
  #positions: Record<Field, number> | null = null;
  #parser: Papa.Parser | null = null;
  /** What has arrived and is not read: the start of a record. */
  #rest = '';
  /** The line on which #rest starts. */
  #line: number;
  #started = false;

  constructor(options: CsvReaderOptions) {
    this.#options = options;
    this.#line = options.line ?? 1;
    if (options.shape) {
      this.#started = true;
      this.#rest = options.rest ?? '';
      this.#begin(options.shape);
    }
  }

  /** What the header said; null before it is read. */
  get shape(): CsvShape | null {
    return this.#shape;
  }

  /**
   * What is not read yet, the start of a record, and the line on which it starts. With the shape, this is all that
   * a reader knows of what it has read: another one that is given it goes on just as this one would.
   */
  get state(): { rest: string; line: number } {
    return { rest: this.#rest, line: this.#line };
  }

  /** The line on which the next piece of text starts. */
  get line(): number {
    return this.#line + count(this.#rest, this.#shape?.newline ?? '\n');
  }

  /**
   * Reads a piece of text.
   *
   * @throws DataError when the text is no CSV, or lacks a column; the sentence does not know the file's name
   */
  push(text: string): void {
    if (text === '') return;
    const nul = text.indexOf('\0');
    if (nul !== -1) {
      const line = this.line + count(text.slice(0, nul), '\n');
      throw new DataError(`expected text, found a NUL character on line ${line}: is it a binary file?`);
    }
    this.#rest += this.#started ? text : text.replace(/^\uFEFF/, '');
    this.#started = true;
    if (this.#shape === null && !this.#readHeader(false)) return;
    this.#readRecords();
    while (this.#rest.length > LONGEST_RECORD) this.#skipUnclosed();
  }

  /**
   * Reads what is left when the file is at its end.
   *
   * @throws DataError as {@link push} does, and for a file without a header
   */
  end(): void {
    if (this.#shape === null && !this.#readHeader(true)) {
      const expected = FIELDS.map((field) => this.#options.columns[field]).join(', ');
      throw new DataError(`expected a header line with the columns ${expected}, found an empty file`);
    }
    if (this.#rest !== '') this.#rest += this.#shape?.newline ?? '\n';
    this.#readRecords();
    while (this.#rest !== '') this.#skipUnclosed();
  }

  #readHeader(complete: boolean): boolean {
    const found = findHeader(this.#rest, complete);
    if (found === null) {
      if (this.#rest.length <= LONGEST_RECORD) return false;
      throw new DataError(`expected a header line, found ${LONGEST_RECORD} characters without a line end`);
    }
    this.#rest = this.#rest.slice(found.end);
    this.#line += found.lines;
    this.#begin({ ...readHeader(found.text, this.#options.columns), newline: found.newline });
    return true;
  }

  #begin(shape: CsvShape): void {
    this.#positions = locateColumns(shape.header, this.#options.columns);
    this.#parser = new Papa.Parser({ delimiter: shape.delimiter, newline: shape.newline });
    this.#shape = shape;
  }

  /** Reads all complete records of #rest. */
  #readRecords(): void {
    if (this.#parser === null || this.#shape === null) return;
    for (;;) {
      const quoted = this.#rest.includes('"');
      const { data, errors, meta } = this.#parser.parse(this.#rest, 0, true) as Papa.ParseResult<string[]>;
      const broken = quoted ? firstBroken(data, errors, this.#shape.newline) : -1;
      if (broken === -1) {
        // As many line ends as records: then none stands in quotes.
        const inside = quoted && count(this.#rest.slice(0, meta.cursor), this.#shape.newline) !== data.length;
        this.#emit(data, inside);
        this.#rest = this.#rest.slice(meta.cursor);
        return;
      }
      this.#emit(data.slice(0, broken), true);
      this.#rest = this.#rest.slice(this.#offsetOf(broken));
      this.#skipLine();
    }
  }

  /** The position in #rest of the record at `index`. */
  #offsetOf(index: number): number {
    if (index === 0 || this.#shape === null) return 0;
    const { delimiter, newline } = this.#shape;
    const parser = new Papa.Parser({ delimiter, newline, preview: index });
    return (parser.parse(this.#rest, 0, true) as Papa.ParseResult<string[]>).meta.cursor;
  }

  /** Gives up on the record that #rest starts with, which no closing quote ends. */
  #skipUnclosed(): void {
    if (!this.#rest.includes(this.#shape?.newline ?? '\n')) {
      throw new DataError(
        `line ${this.#line}: expected a row of at most ${LONGEST_RECORD} characters, found a longer one: is it a CSV file?`,
      );
    }
    this.#skipLine();
    this.#readRecords();
  }

  /** Reports the first line of #rest as malformed. */
  #skipLine(): void {
    const { newline, delimiter } = this.#shape ?? { newline: '\n', delimiter: ',' };
    const end = this.#rest.indexOf(newline);
    const line = this.#rest.slice(0, end);
    this.#options.onMalformed(line.replace(/\r$/, '').split(delimiter), this.#line);
    this.#rest = this.#rest.slice(end + 1);
    this.#line++;
  }

  /** @param inside whether line ends may stand inside of records */
  #emit(records: readonly string[][], inside: boolean): void {
    if (this.#positions === null || this.#shape === null) return;
    const { onRow, onMalformed } = this.#options;
    const { timestamp, country_code, last_order_ts, first_order_ts, total_orders, voucher_amount } =
      this.#positions;
    const { newline, header } = this.#shape;
    const width = header.length;
    const row = this.#row;
    let line = this.#line;
    for (const fields of records) {
      if (fields.length === width) {
        row.timestamp = fields[timestamp] ?? '';
        row.country_code = fields[country_code] ?? '';
        row.last_order_ts = fields[last_order_ts] ?? '';
        row.first_order_ts = fields[first_order_ts] ?? '';
        row.total_orders = fields[total_orders] ?? '';
        row.voucher_amount = fields[voucher_amount] ?? '';
        onRow(row, line);
      } else if (fields.length > 1 || fields[0]?.trim() !== '') {
        onMalformed(withoutCarriageReturn(fields), line);
      }
      line += inside ? 1 + linesIn(fields, newline) : 1;
    }
    this.#line = line;
  }
}

/**
 * The first record that holds both a quote out of place and a line end: an opening quote without its closing one
 * has swallowed the lines up to the next quote. -1 for none.
 */
function firstBroken(
  records: readonly string[][],
  errors: readonly Papa.ParseError[],
  newline: string,
): number {
  let seen = -1;
  for (const { row } of errors) {
    if (row === undefined || row === seen) continue;
    seen = row;
    const fields = records[row];
    if (fields && linesIn(fields, newline) > 0) return row;
  }
  return -1;
}

function linesIn(fields: readonly string[], newline: string): number {
  let lines = 0;
  for (const field of fields) if (field.includes(newline)) lines += count(field, newline);
  return lines;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++;
  return found;
}

function withoutCarriageReturn(fields: readonly string[]): readonly string[] {
  const last = fields.at(-1);
  return last?.endsWith('\r') ? [...fields.slice(0, -1), last.slice(0, -1)] : fields;
}
