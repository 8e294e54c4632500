import { DataError } from '../errors.ts';
import { FIELDS, type Field } from '../fields/fields.ts';
import { shown } from '../shown.ts';
import { emptyRead, emptyRow, type RawRow, type RowSink, readRow } from './clean.ts';
import {
  closestMatch,
  columnWins,
  EmptyFile,
  foldName,
  missingColumns,
  NoHistory,
  OPTIONAL,
  twoColumns,
} from './columns.ts';
import {
  isPadding,
  joinedLines,
  LONGEST_RECORD,
  notText,
  PADDED,
  shortPadding,
  tooLong,
} from './csv-text.ts';
import { bareLine, jsonObject, membersWithin, plainValue } from './json-values.ts';

/** Names of members that are remembered; what has more of them is looked up each time. */
const MOST_NAMES = 1_000;

/**
 * Reads a history from JSON lines that arrive in pieces, cut anywhere: an object on each line, whose members are the
 * fields. A member that is null or not there is a missing value; others than the fields are ignored. Names match as
 * the names of columns do.
 */
export class JsonLinesReader {
  readonly #options: RowSink;
  readonly #row = emptyRow();
  readonly #readRow = emptyRead();
  /** The field of each name that was met. */
  readonly #names = new Map<string, Field | null>();
  readonly #seen = new Set<Field>();
  #rest = '';
  /** The line on which the next piece of text starts. */
  #line = 1;
  #objects = 0;
  /** What is wrong with the first line that is no row, and with the first object. */
  #trouble = '';
  #within = '';

  constructor(options: RowSink) {
    this.#options = options;
  }

  /** What is not read yet, the start of a line, and its number. */
  get state(): { rest: string; line: number } {
    return { rest: this.#rest, line: this.#line };
  }

  /**
   * Reads a piece of text.
   *
   * @throws DataError for text that is not a history, without the name of the file
   */
  push(text: string): void {
    const all = joinedLines(this.#rest, text);
    let start = 0;
    for (let end = all.indexOf('\n'); end !== -1; end = all.indexOf('\n', start)) {
      this.#take(all.slice(start, end));
      start = end + 1;
    }
    this.#rest = shortPadding(all.slice(start));
    if (this.#rest.length > LONGEST_RECORD) throw tooLong(this.#line);
  }

  /**
   * Reads what is left when the file is at its end.
   *
   * @throws DataError for a file without an object, and one whose objects never have a field by its name, but another
   *   member that may be meant
   */
  end(): void {
    this.#take(this.#rest);
    const { columns, constants = {} } = this.#options;
    const names = [...this.#names.keys()];
    if (this.#objects === 0) {
      const Kind = this.#trouble === '' ? EmptyFile : DataError;
      throw new Kind(`expected a JSON object of plain values on each line, found none${this.#trouble}`);
    }
    const missing = FIELDS.filter(
      (field) => field !== OPTIONAL && !this.#seen.has(field) && constants[field] === undefined,
    );
    if (this.#seen.size === 0) throw new NoHistory(this.#within || missingColumns(missing, names, columns));
    const others = names.filter((name) => this.#names.get(name) === null);
    if (missing.some((field) => closestMatch(columns[field], others) !== null))
      throw new DataError(missingColumns(missing, names, columns));
  }

  #take(line: string): void {
    const number = this.#line++;
    const text = bareLine(line);
    if (text === '') return;
    if (isPadding(text)) {
      this.#options.onRemark?.(PADDED);
      return;
    }
    if (text.length > LONGEST_RECORD) throw tooLong(number);
    const object = jsonObject(text);
    const nested = object === null ? null : this.#fill(object, number);
    if (object === null || nested !== null) {
      this.#trouble ||= `: line ${number} ${object === null ? 'is not a JSON object' : `has an object or array in ${shown(nested ?? '')}`}`;
      if (this.#objects === 0 && /[[{,]$/.test(text)) throw new DataError(SEVERAL_LINES);
      this.#options.onMalformed({ text, fields: [text], found: null, expected: null }, number);
      return;
    }
    if (this.#objects++ === 0) this.#within = membersWithin(object, Object.values(this.#options.columns));
    readRow(this.#row, this.#options.readers, this.#readRow);
    this.#options.onRow(this.#readRow, number, this.#text);
  }

  /** @returns the name of a field that is no plain value; null for none @throws DataError for two members of one field */
  #fill(object: Readonly<Record<string, unknown>>, line: number): string | null {
    const row = this.#row;
    const { columns, constants = {} } = this.#options;
    for (const field of FIELDS) row[field] = constants[field] ?? '';
    /** For each field that has a value whether the member has its very name. */
    const filled = new Map<Field, boolean>();
    for (const [name, written] of Object.entries(object)) {
      const field = this.#fieldOf(name);
      if (field === null) continue;
      const value = plainValue(written);
      if (typeof value === 'object' && value !== null) return name;
      const folder = constants[field];
      if (folder !== undefined && !this.#seen.has(field))
        this.#options.onRemark?.(columnWins(columns[field], folder));
      this.#seen.add(field);
      // The very name goes before one that differs in case.
      const isExact = name === columns[field];
      const before = filled.get(field);
      if (before && !isExact) continue;
      if (before === isExact) throw new DataError(`line ${line}: ${twoColumns(columns[field])}`);
      filled.set(field, isExact);
      // Some programs write false where they have nothing.
      row[field] = field === 'country_code' && typeof value === 'boolean' ? '' : this.#textOf(value);
    }
    const trouble = notText(row.country_code) ?? (row.country_code.isWellFormed() ? null : HALF_CHARACTER);
    if (trouble !== null) throw new DataError(`line ${line}: ${columns.country_code} ${trouble}`);
    return null;
  }

  #fieldOf(name: string): Field | null {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const { columns } = this.#options;
    const folded = foldName(name);
    const field =
      FIELDS.find((field) => columns[field] === name) ??
      FIELDS.find((field) => foldName(columns[field]) === folded) ??
      null;
    if (this.#names.size < MOST_NAMES) this.#names.set(name, field);
    return field;
  }

  #text = (): RawRow => this.#row;

  #textOf(value: unknown): string {
    if (typeof value === 'string') return value;
    if (value === null) return '';
    const text = String(value);
    return typeof value === 'number' ? text.replace('.', this.#options.decimal) : text;
  }
}

const SEVERAL_LINES =
  'expected a JSON object on each line, found one over several lines: save it as JSON lines (with jq: jq -c)';

const HALF_CHARACTER = 'has half of a character: \\ud800 to \\udfff come in pairs';
