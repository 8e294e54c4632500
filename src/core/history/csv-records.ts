import { DataError } from '../errors.ts';
import { shown } from '../shown.ts';
import type { Malformed } from './clean.ts';
import { CsvRecord } from './csv-record.ts';
import { type CsvShape, fieldsOf, findHeader } from './csv-shape.ts';
import { isPadding, joinedLines, LONGEST_RECORD, PADDED, shortPadding, tooLong } from './csv-text.ts';

export interface CsvRecordsOptions {
  /** The names by which the delimiter is found. */
  wanted: readonly string[];
  /**
   * Receives what the header says. @returns the position of each column that a record must have
   *
   * @throws DataError for columns that cannot be worked with
   */
  onHeader: (shape: CsvShape) => readonly number[];
  /** Receives each record, always in the same object, with the line on which it starts. */
  onRecord: (record: CsvRecord, line: number) => void;
  onMalformed: (malformed: Malformed, line: number) => void;
  /** Receives remarks about the whole file. */
  onRemark?: ((remark: string) => void) | undefined;
  /** For a text that starts after the header, at the start of a record: what the header said. */
  shape?: CsvShape | undefined;
  /** The line on which the text starts; 1 unless given. */
  line?: number | undefined;
  /** What another reader had left of the text before: the start of a record, which starts on `line`. */
  rest?: string | undefined;
}

/**
 * Splits CSV that arrives in pieces, cut anywhere, into records. Quoted fields may hold delimiters and line ends; CRLF, LF
 * and lone CR end lines; blank lines are no records.
 *
 * A record fits the header when it has as many fields, or one more that is empty, or fewer and lacks only columns that
 * are not used. A quote that is opened and not properly closed costs the line that it is in, which is malformed,
 * and not the lines after it: reading resumes on the next line.
 */
export class CsvRecords {
  readonly #options: CsvRecordsOptions;
  #shape: CsvShape | null = null;
  #record = new CsvRecord(',', 1);
  /** The fewest fields that a record has. */
  #fewest = 0;
  /** What has arrived and is not read: the start of a record, on line #line. */
  #rest: string;
  #line: number;
  /** Whether #rest starts with a field that only another quote can close. */
  #open = false;
  #started: boolean;

  constructor(options: CsvRecordsOptions) {
    this.#options = options;
    this.#line = options.line ?? 1;
    this.#rest = options.rest ?? '';
    this.#started = options.shape !== undefined;
    if (options.shape) this.#begin(options.shape);
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

  /** Counts lines that another reader takes, between two records. */
  passOver(lines: number): void {
    this.#line += lines;
  }

  /** @throws DataError when the text is no CSV, or lacks a column; the sentence does not know the file's name */
  push(text: string): void {
    if (!this.#started) {
      if (text === '') return;
      this.#started = true;
      this.#rest = joinedLines(this.#rest, text.replace(/^\ufeff/, ''));
    } else this.#rest = joinedLines(this.#rest, text);
    if (this.#shape === null && !this.#readHeader(false)) return;
    if (!this.#open || text.includes('"')) this.#readRecords();
    while (this.#rest.length > LONGEST_RECORD) this.#giveUp();
  }

  /** Reads what is left when the file is at its end. @returns whether there was a header */
  end(): boolean {
    this.#rest = joinedLines(this.#rest, '', true);
    if (this.#shape === null && !this.#readHeader(true)) return false;
    if (this.#rest !== '' && !this.#rest.endsWith('\n')) this.#rest += '\n';
    this.#readRecords();
    while (this.#rest !== '') this.#giveUp();
    return true;
  }

  #readHeader(complete: boolean): boolean {
    const found = findHeader(this.#rest, complete, this.#options.wanted);
    const names = found === null ? this.#rest : found.header.join('');
    if (names.includes('\0'))
      throw new DataError('expected text, found a NUL character in line 1: is it a binary file?');
    if (found === null) {
      if (this.#rest.length <= LONGEST_RECORD) return false;
      throw new DataError(`expected a header line, found ${LONGEST_RECORD} characters without a line end`);
    }
    this.#begin(found, this.#rest);
    this.#rest = this.#rest.slice(found.end);
    this.#line += found.lines;
    return true;
  }

  #begin({ delimiter, header }: CsvShape, start?: string): void {
    const shape = { delimiter, header };
    this.#shape = shape;
    this.#record = new CsvRecord(delimiter, header.length);
    try {
      this.#fewest = 1 + Math.max(...this.#options.onHeader(shape));
    } catch (error) {
      if (!(error instanceof DataError) || start === undefined) throw error;
      error.message += headerHint(start, shape, this.#options.wanted);
      throw error;
    }
  }

  /** Reads all records of #rest that are whole. */
  #readRecords(): void {
    const text = this.#rest;
    const record = this.#record;
    let quote = text.indexOf('"');
    let at = 0;
    for (let lineEnd = text.indexOf('\n'); lineEnd !== -1; lineEnd = text.indexOf('\n', at)) {
      if (lineEnd === at) {
        this.#line++;
        at++;
        continue;
      }
      if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
      if (quote === -1 || quote > lineEnd) {
        record.takePlain(text, at, lineEnd);
        if (record.end - at > LONGEST_LINE && !isPadding(record.raw)) throw tooLong(this.#line);
        this.#take(record);
      } else {
        const taken = this.#takeQuoted(text, at, lineEnd);
        if (taken === 'open') break;
        if (lineEnd - at >= LONGEST_LINE) throw tooLong(this.#line);
        if (taken === 'whole' && record.end - at <= LONGEST_LINE) this.#take(record);
        else this.#spoil(text, at, lineEnd);
      }
      this.#line += 1 + record.inside;
      at = record.end;
    }
    this.#rest = shortPadding(at === 0 ? text : text.slice(at));
    this.#open = this.#rest.lastIndexOf('\n') > this.#rest.lastIndexOf('"');
  }

  /** A file may mark a quote in a field by a backslash before it; then doubled ones are nothing special. */
  #takeQuoted(text: string, start: number, lineEnd: number): 'whole' | 'open' | 'broken' {
    const record = this.#record;
    const taken = record.takeQuoted(text, start, false);
    if (taken === 'open' || (taken === 'whole' && !record.misplaced && this.#fits(record))) return taken;
    return this.#takeEscaped(text, start, lineEnd) ? 'whole' : record.takeQuoted(text, start, false);
  }

  /** @returns whether a line is a record that fits where a backslash before a quote makes it part of its field */
  #takeEscaped(text: string, start: number, lineEnd: number): boolean {
    const record = this.#record;
    if (!text.slice(start, lineEnd).includes('\\"')) return false;
    return record.takeQuoted(text, start, true) === 'whole' && record.inside === 0 && this.#fits(record);
  }

  #fits(record: CsvRecord): boolean {
    const width = this.#shape?.header.length ?? 0;
    if (record.width === width) return true;
    if (record.width === width + 1) return record.field(width).trim() === '';
    return record.width < width && record.width >= this.#fewest;
  }

  #take(record: CsvRecord): void {
    if (record.width === 1 && this.#isBlank(record.field(0))) return;
    if (this.#fits(record)) this.#options.onRecord(record, this.#line);
    else this.#malformed(record.raw, fieldsOf(record.raw, this.#shape?.delimiter ?? ','));
  }

  #isBlank(line: string): boolean {
    const padded = isPadding(line);
    if (padded) this.#options.onRemark?.(PADDED);
    return padded || line.trim() === '';
  }

  /** Takes the line that starts at `start` for malformed. */
  #spoil(text: string, start: number, lineEnd: number): void {
    this.#record.takePlain(text, start, lineEnd);
    if (this.#record.raw.trim() !== '') this.#malformed(this.#record.raw, null);
  }

  /** @param fields null where a quote is not closed */
  #malformed(text: string, fields: readonly string[] | null): void {
    const { delimiter, header } = this.#shape ?? { delimiter: ',', header: [] };
    const found = fields === null ? null : fields.length;
    const malformed = { text, fields: fields ?? text.split(delimiter), found, expected: header.length };
    this.#options.onMalformed(malformed, this.#line);
  }

  /** Gives up on the record that #rest starts with, whose quote nothing closes. */
  #giveUp(): void {
    const lineEnd = this.#rest.indexOf('\n');
    if (lineEnd === -1) throw tooLong(this.#line);
    if (this.#takeEscaped(this.#rest, 0, lineEnd)) this.#take(this.#record);
    else this.#spoil(this.#rest, 0, lineEnd);
    this.#rest = this.#rest.slice(lineEnd + 1);
    this.#line++;
    this.#readRecords();
  }
}

/** The longest record with its line end: one that came in one piece is held to it as one that came in many. */
const LONGEST_LINE = LONGEST_RECORD + 1;

/** Lines at the start of a file in which a header is looked for, when the first line is not one. */
const LINES_SEARCHED = 50;

/** @returns what the first line seems to be instead of a header, as a sentence; "" where nothing can be said */
function headerHint(start: string, { delimiter, header }: CsvShape, wanted: readonly string[]): string {
  const [only = ''] = header;
  if (!header.every((name) => name.isWellFormed()))
    return ' It is not UTF-8: save it as text in UTF-8, or unpack it first.';
  if (header.length === 1 && DELIMITERS_IN.test(only)) {
    return ' Each line is in quotes as a whole: export the file without them.';
  }
  const between = header.length === 1 ? betweenNames(only, wanted) : '';
  if (between !== '') {
    return ` The names have ${shown(between)} between them: export the file with a comma, semicolon, tab or | there.`;
  }
  const lines = start.split('\n', LINES_SEARCHED);
  const at = lines.findIndex((line) => {
    const found = findHeader(`${line}\n`, true, wanted)?.header.filter((name) => wanted.includes(name)) ?? [];
    return found.length >= 3;
  });
  const first = lines.findIndex((line) => line.trim() !== '');
  if (at > first) {
    return ` The header is on line ${at + 1}: remove the ${at === 1 ? 'line' : `${at} lines`} before it.`;
  }
  const looksLikeRow =
    header.some((name) => /^\d{4}[-/]\d\d[-/]\d\d/.test(name)) &&
    header.every((name) => !/^[a-z]+_[a-z_]+$/i.test(name));
  if (!looksLikeRow) return '';
  return ` The first line looks like a row: put a line with the names of the columns before it, with "${delimiter}" between them.`;
}

/** @returns the character that each name in a line follows but the first; "" where there is no such character */
function betweenNames(line: string, wanted: readonly string[]): string {
  const marks = wanted.flatMap((name) => {
    const at = line.indexOf(name);
    return at > 0 ? [line.charAt(at - 1)] : [];
  });
  return marks.length > 1 && marks.every((mark) => mark === marks[0]) ? (marks[0] ?? '') : '';
}

const DELIMITERS_IN = /[,;\t|]/;
