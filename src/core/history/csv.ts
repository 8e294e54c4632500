import Papa from 'papaparse';
import { FIELDS, type Field } from '../config/config.ts';
import { DataError } from '../errors.ts';
import type { RawRow } from './clean.ts';
import { locateColumns } from './columns.ts';
import { type CsvShape, readHeader } from './csv-shape.ts';
import { count, endOfLine, findShortHeader, LONGEST_RECORD, requireText } from './csv-text.ts';

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
  /** Whether #rest starts with a field that only another quote can close. */
  #open = false;
  /** Characters to parse at once where there are quotes, besides the rest of their last line. */
  #window = Number.POSITIVE_INFINITY;

  constructor(options: CsvReaderOptions) {
    this.#options = options;
    this.#line = options.line ?? 1;
    if (options.shape) {
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
    requireText(text, () => this.line);
    this.#rest = this.#shape || this.#rest ? this.#rest + text : text.replace(/^\uFEFF/, '');
    if (this.#shape === null && !this.#readHeader(false)) return;
    if (!this.#open || text.includes('"')) this.#readRecords();
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
    const found = findShortHeader(this.#rest, complete);
    if (found === null) return false;
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

  /**
   * Reads all complete records of #rest. Where a quote is broken, what was parsed behind it was parsed in vain: so
   * little is taken at first then, and twice as much each time that it was sound.
   */
  #readRecords(): void {
    if (this.#parser === null || this.#shape === null) return;
    const { newline } = this.#shape;
    const rest = this.#rest;
    const quoted = rest.includes('"');
    const whole = rest.lastIndexOf(newline) + 1;
    let at = 0;
    while (at < whole) {
      const end = (quoted && rest.indexOf(newline, at + this.#window) + 1) || whole;
      const text = rest.slice(at, end);
      const { data, errors, meta } = this.#parser.parse(text, 0, true) as Papa.ParseResult<string[]>;
      const broken = firstBroken(data, errors, newline);
      if (broken === -1) {
        // As many line ends as records: then none stands in quotes.
        this.#emit(data, quoted && count(text.slice(0, meta.cursor), newline) !== data.length);
        at += meta.cursor;
        this.#window = 2 * text.length;
        if (end === whole) break;
      } else {
        const first = this.#line;
        this.#emit(data.slice(0, broken), true);
        for (let line = first; line < this.#line; line++) at = rest.indexOf(newline, at) + 1;
        at = this.#skipLine(at);
        this.#window = 0;
      }
    }
    this.#rest = rest.slice(at);
    this.#open = this.#rest.lastIndexOf(newline) > this.#rest.lastIndexOf('"');
  }

  /** Gives up on the record that #rest starts with, which no closing quote ends. */
  #skipUnclosed(): void {
    this.#rest = this.#rest.slice(this.#skipLine(0));
    this.#readRecords();
  }

  /** Reports a line of #rest as malformed. @returns where the next one starts @throws DataError for one without an end */
  #skipLine(start: number): number {
    const { newline, delimiter } = this.#shape ?? { newline: '\n', delimiter: ',' };
    const end = endOfLine(this.#rest, start, newline, this.#line);
    const line = this.#rest.slice(start, end);
    this.#options.onMalformed(line.replace(/\r$/, '').split(delimiter), this.#line);
    this.#line++;
    return end + 1;
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
 * has swallowed the lines up to the next quote. It need not be complete: nothing that follows could mend it. -1 for none.
 */
function firstBroken(
  records: readonly string[][],
  errors: readonly Papa.ParseError[],
  newline: string,
): number {
  for (const row of new Set(errors.map((error) => error.row ?? 0))) {
    const fields = records[row];
    if (!fields || linesIn(fields, newline) > 0) return row;
  }
  return -1;
}

function linesIn(fields: readonly string[], newline: string): number {
  return fields.reduce((lines, field) => lines + count(field, newline), 0);
}

function withoutCarriageReturn(fields: readonly string[]): readonly string[] {
  const last = fields.at(-1);
  return last?.endsWith('\r') ? fields.with(-1, last.slice(0, -1)) : fields;
}
