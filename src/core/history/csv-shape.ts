import { foldName } from './columns.ts';
import { CsvRecord } from './csv-record.ts';

/** What the start of a CSV file says about the rest; a reader that starts in the middle is given it. */
export interface CsvShape {
  delimiter: string;
  /** The names of the columns, trimmed. */
  header: readonly string[];
}

/** The header at the start of a text. */
interface FoundHeader extends CsvShape {
  /** The position after its line end. */
  end: number;
  /** Physical lines up to there. */
  lines: number;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** The line that tells Excel the delimiter. */
const SEPARATOR = /^\ufeff?"?sep=(.)"?\s*$/i;

/**
 * Finds the header at the start of a file: the first line that is not blank, after a line such as `sep=;`. A line end
 * inside quotes does not count. Without such a line the delimiter is the one that yields most of the columns that are looked
 * for; where that does not decide, most columns.
 *
 * @param complete whether the text is the whole file: otherwise a line that is not yet ended is not yet a header
 * @param wanted the names that are looked for
 * @returns null when the text holds no header yet, or none at all
 */
export function findHeader(text: string, complete: boolean, wanted: readonly string[]): FoundHeader | null {
  let start = 0;
  let lines = 0;
  let delimiter: string | null = null;
  for (;;) {
    const at = lineEnd(text, start);
    const line = text.slice(start, at);
    if (at === text.length && !complete) return null;
    if (at === text.length && line.trim() === '') return null;
    lines += 1 + count(line, '\n');
    const separator: string | undefined = delimiter === null ? SEPARATOR.exec(line)?.[1] : undefined;
    if (separator !== undefined) delimiter = separator;
    else if (line.trim() !== '') {
      return { ...split(line, wanted, delimiter === null ? DELIMITERS : [delimiter]), end: at + 1, lines };
    }
    if (at === text.length) return null;
    start = at + 1;
  }
}

function split(line: string, wanted: readonly string[], delimiters: readonly string[]): CsvShape {
  const names = new Set(wanted.map(foldName));
  const [best] = delimiters
    .map((delimiter) => {
      const header = fieldsOf(line, delimiter).map((name) => name.trim());
      return { delimiter, header, known: header.filter((name) => names.has(foldName(name))).length };
    })
    .sort((a, b) => b.known - a.known || b.header.length - a.header.length);
  return { delimiter: best?.delimiter ?? ',', header: best?.header ?? [] };
}

/** @returns the fields of one record */
export function fieldsOf(text: string, delimiter: string): string[] {
  const record = new CsvRecord(delimiter, count(text, delimiter) + 1);
  const whole = `${text}\n`;
  if (record.takeQuoted(whole, 0, false) !== 'whole') record.takePlain(whole, 0, text.length);
  return record.fields();
}

/** @returns how often a character is in a text */
export function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** The position of the first line feed outside quotes, or the text's length. */
function lineEnd(text: string, start: number): number {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '\n') return at;
  }
  return text.length;
}
