import Papa from 'papaparse';
import { FIELDS, type Field } from '../config/config.ts';

/** What the first line of a CSV file says about the rest; a reader that starts in the middle is given it. */
export interface CsvShape {
  delimiter: string;
  /** "\n" serves CRLF too, since fields are trimmed. */
  newline: '\n' | '\r';
  /** The names of the columns, trimmed. */
  header: readonly string[];
}

/** A text's first line that is not blank, and where it ends. */
export interface HeaderLine {
  text: string;
  newline: '\n' | '\r';
  /** The position behind its line end. */
  end: number;
  /** Physical lines up to there. */
  lines: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Finds the header at the start of a file. A line end inside quotes is none.
 *
 * @param complete whether the text is the whole file: otherwise a line that is not yet ended is not yet a header
 * @returns null when the text holds no header yet, or none at all
 */
export function findHeader(text: string, complete: boolean): HeaderLine | null {
  let start = 0;
  let lines = 0;
  for (;;) {
    const at = lineEnd(text, start);
    const line = text.slice(start, at);
    if (at === text.length)
      return complete && line.trim() !== '' ? { text: line, newline: '\n', end: at, lines } : null;
    // Whether a CR stands alone is said by the character behind it.
    if (text[at] === '\r' && at + 1 === text.length && !complete) return null;
    const newline = text[at] === '\r' && text[at + 1] !== '\n' ? '\r' : '\n';
    const end = text[at] === '\r' && newline === '\n' ? at + 2 : at + 1;
    lines++;
    if (line.trim() !== '') return { text: line, newline, end, lines };
    start = end;
  }
}

/**
 * Splits a header at the delimiter that yields most of the columns that are looked for; where that does not
 * decide, most columns.
 */
export function readHeader(
  line: string,
  columns: Readonly<Record<Field, string>>,
): Pick<CsvShape, 'delimiter' | 'header'> {
  const wanted = new Set(FIELDS.map((field) => columns[field]));
  const [best] = DELIMITERS.map((delimiter) => {
    const [fields] = Papa.parse<string[]>(line, { delimiter, newline: '\n' }).data;
    const header = (fields ?? []).map((name) => name.trim());
    return { delimiter, header, known: header.filter((name) => wanted.has(name)).length };
  }).sort((a, b) => b.known - a.known || b.header.length - a.header.length);
  return { delimiter: best?.delimiter ?? ',', header: best?.header ?? [] };
}

/** The position of the first CR or LF outside quotes, or the text's length. */
function lineEnd(text: string, start: number): number {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return at;
  }
  return text.length;
}
