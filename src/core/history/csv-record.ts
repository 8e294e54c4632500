import type { FieldReader } from '../fields/fields.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const TAB = 9;
const NO_BREAK_SPACE = 0xa0;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * The fields of one record of CSV, found in a text without copying it. One object serves for all of a file.
 *
 * A field in quotes may hold delimiters and line ends, and a quote that is doubled, or has a backslash before it where
 * that is how a file does it. White space and byte order marks between a delimiter and a quote belong to no field.
 */
export class CsvRecord {
  /** The fields that were found; after the last column that {@link limit} asks for only counted. */
  width = 0;
  /** The position after the record and its line end. */
  end = 0;
  /** Line ends inside of quotes. */
  inside = 0;
  /** Whether a quote is in the middle of a quoted field. */
  misplaced = false;
  readonly #delimiter: string;
  readonly #delimiterCode: number;
  readonly #lineFeeds = new Finder('\n');
  readonly #delimiters: Finder;
  #text = '';
  #start = 0;
  #stop = 0;
  /** For each field where its value starts and ends, and how it is written: see the constants below. */
  #starts: Int32Array;
  #ends: Int32Array;
  #kinds: Uint8Array;

  constructor(delimiter: string, columns: number) {
    this.#delimiter = delimiter;
    this.#delimiters = new Finder(delimiter);
    this.#delimiterCode = delimiter.charCodeAt(0);
    this.#starts = new Int32Array(columns + 2);
    this.#ends = new Int32Array(columns + 2);
    this.#kinds = new Uint8Array(columns + 2);
  }

  /** The record as written in the text, without its line end. */
  get raw(): string {
    return this.#text.slice(this.#start, this.#stop);
  }

  /** @returns the value of a field; "" for one that there is not */
  field(column: number): string {
    if (column < 0 || column >= this.width) return '';
    const value = this.#text.slice(this.#starts[column], this.#ends[column]);
    const kind = this.#kinds[column];
    if (kind === DOUBLED) return value.replaceAll('""', '"');
    return kind === ESCAPED ? value.replaceAll(/\\([\\"])/g, '$1') : value;
  }

  /** @returns what a reader finds in a field */
  read(column: number, reader: FieldReader): number {
    const isPlain = column >= 0 && column < this.width && this.#kinds[column] === PLAIN;
    return isPlain
      ? reader(this.#text, this.#starts[column], this.#ends[column])
      : reader(this.field(column));
  }

  fields(): string[] {
    if (!this.#quoted) return this.raw.split(this.#delimiter);
    return Array.from({ length: this.width }, (_, column) => this.field(column));
  }

  /** Takes a line without a quote. @param lineEnd the position of its line feed */
  takePlain(text: string, start: number, lineEnd: number): void {
    const delimiter = this.#delimiter;
    const starts = this.#starts;
    const ends = this.#ends;
    const most = starts.length;
    const stop = text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN && lineEnd > start ? lineEnd - 1 : lineEnd;
    let column = 0;
    let from = start;
    // Lines without a delimiter would each look for the next one, to the end of the text.
    let at = this.#delimiters.next(text, from);
    for (; at !== -1 && at < stop; at = text.indexOf(delimiter, from)) {
      if (column < most) {
        starts[column] = from;
        ends[column] = at;
      }
      column++;
      from = at + 1;
    }
    this.#delimiters.note(text, from, at);
    if (column < most) {
      starts[column] = from;
      ends[column] = stop;
    }
    this.#text = text;
    this.#start = start;
    this.#stop = stop;
    this.width = column + 1;
    this.end = lineEnd + 1;
    this.inside = 0;
    this.misplaced = false;
    if (this.#quoted) this.#kinds.fill(PLAIN);
    this.#quoted = false;
  }

  /** Whether kinds are other than PLAIN. */
  #quoted = false;

  /**
   * Takes a record that may have quotes. A quote out of place, as in `"he said "hi" there"`, is part of its field where
   * that ends on its line.
   *
   * @param backslashes whether a backslash before a quote in a field makes it part of that
   * @returns 'open' where the text ends in the middle of the record, 'broken' where a field in quotes goes on over the end
   *   of a line and has a quote out of place: then its opening quote has swallowed lines that are not its own
   */
  takeQuoted(text: string, start: number, backslashes: boolean): 'whole' | 'open' | 'broken' {
    let column = 0;
    let at = start;
    this.inside = 0;
    this.misplaced = false;
    this.#quoted = true;
    this.#text = text;
    this.#start = start;
    for (;;) {
      const quote = this.#skipSpace(text, at);
      if (text.charCodeAt(quote) === QUOTE) {
        const close = this.#closingQuote(text, quote + 1, backslashes);
        if (close < 0) return close === OPEN ? 'open' : 'broken';
        this.#note(column++, quote + 1, close, kindOf(text, quote + 1, close, backslashes));
        at = this.#skipSpace(text, close + 1);
        if (text.charCodeAt(at) !== this.#delimiterCode) return this.#finish(text, column, at);
        at++;
        continue;
      }
      const lineEnd = this.#lineFeeds.next(text, at);
      const delimiter = this.#delimiters.next(text, at);
      if (delimiter !== -1 && (delimiter < lineEnd || lineEnd === -1)) {
        this.#note(column++, at, delimiter, PLAIN);
        at = delimiter + 1;
        continue;
      }
      if (lineEnd === -1) return 'open';
      const stop = text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN && lineEnd > at ? lineEnd - 1 : lineEnd;
      this.#note(column++, at, stop, PLAIN);
      return this.#finish(text, column, stop);
    }
  }

  /** The position of the quote that closes a field, or OPEN or BROKEN. */
  #closingQuote(text: string, from: number, backslashes: boolean): number {
    let lineFeed = this.#lineFeeds.next(text, from);
    for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
      for (; lineFeed !== -1 && lineFeed < at; lineFeed = this.#lineFeeds.next(text, lineFeed + 1))
        this.inside++;
      if (this.misplaced && this.inside > 0) return BROKEN;
      if (backslashes ? isEscaped(text, from, at) : text.charCodeAt(at + 1) === QUOTE) {
        if (!backslashes) at++;
        continue;
      }
      const next = this.#skipSpace(text, at + 1);
      const code = text.charCodeAt(next);
      // A CR at the end may be the first half of a line end.
      if (next >= text.length || (code === CARRIAGE_RETURN && next + 1 === text.length)) return OPEN;
      if (code === this.#delimiterCode || code === LINE_FEED) return at;
      if (code === CARRIAGE_RETURN && text.charCodeAt(next + 1) === LINE_FEED) return at;
      if (this.inside > 0) return BROKEN;
      this.misplaced = true;
    }
    return this.misplaced && lineFeed !== -1 ? BROKEN : OPEN;
  }

  #finish(text: string, columns: number, stop: number): 'whole' | 'broken' {
    if (this.misplaced && this.inside > 0) return 'broken';
    this.width = columns;
    this.#stop = stop;
    this.end = stop + (text.charCodeAt(stop) === CARRIAGE_RETURN ? 2 : 1);
    return 'whole';
  }

  #note(column: number, start: number, end: number, kind: number): void {
    if (column >= this.#starts.length) return;
    this.#starts[column] = start;
    this.#ends[column] = end;
    this.#kinds[column] = kind;
  }

  #skipSpace(text: string, from: number): number {
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === this.#delimiterCode) return at;
      if (code !== SPACE && code !== TAB && code !== NO_BREAK_SPACE && code !== BYTE_ORDER_MARK) return at;
      at++;
    }
  }
}

const LINE_FEED = 10;
/** How a field is written: as it is, in quotes with doubled ones inside, or with a backslash before those. */
const [PLAIN, DOUBLED, ESCAPED] = [0, 1, 2] as const;

/** No position: the text ends before the closing quote, or the opening one is never closed. */
const [OPEN, BROKEN] = [-1, -2] as const;

/** Whether a quote has an odd number of backslashes before it. */
function isEscaped(text: string, from: number, at: number): boolean {
  let before = at;
  while (before > from && text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

function kindOf(text: string, start: number, end: number, backslashes: boolean): number {
  const value = text.slice(start, end);
  if (backslashes) return value.includes('\\') ? ESCAPED : PLAIN;
  return value.includes('"') ? DOUBLED : PLAIN;
}

/** Finds a character again and again, and goes over no part of a text twice, however far the next one is. */
class Finder {
  readonly #character: string;
  #text = '';
  #from = 0;
  #at = -1;

  constructor(character: string) {
    this.#character = character;
  }

  /** @returns the position of the first one from `from` on; -1 for none */
  next(text: string, from: number): number {
    const isKnown = text === this.#text && from >= this.#from && (this.#at === -1 || from <= this.#at);
    if (!isKnown) this.note(text, from, text.indexOf(this.#character, from));
    return this.#at;
  }

  /** Keeps what a search from `from` on has found. */
  note(text: string, from: number, at: number): void {
    this.#text = text;
    this.#from = from;
    this.#at = at;
  }
}
