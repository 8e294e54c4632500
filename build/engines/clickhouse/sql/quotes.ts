import { literal } from './literals.ts';

/** Bytes that no UTF-8 text has: they stand for a delimiter and a quote in the content of a quoted field. */
const DELIMITER = "'\\xff'";
const QUOTE = "'\\xfe'";

/**
 * @returns an expression for a `line` of CSV that has quotes in it, without them: split at the delimiter it gives the
 *   fields. A line that cannot stand alone, or that RFC 4180 does not know (a quote within an unquoted field, or text
 *   behind a closing one), keeps its quotes. As every record that goes on over a line end begins with such a line, a file
 *   without any is read line by line as it is read as a whole.
 */
export function unquotedLine(delimiter: string): string {
  const one = literal(delimiter);
  // Many programs write an empty text as "" and quote nothing else: that is done without a regular expression. Two such
  // fields side by side share a delimiter, so it is done twice.
  const ends = `concat(${one}, line, ${one})`;
  const empty = [literal(`${delimiter}""${delimiter}`), literal(delimiter + delimiter)].join(', ');
  const without = `replaceAll(replaceAll(${ends}, ${empty}), ${empty})`;
  const inner = `substring(${without}, 2, length(${without}) - 2)`;

  // A tab at the end of a field is trimmed, which what stands for it would not be: such a line keeps its quotes too.
  const quoted = delimiter === '\t' ? '"(?:[^"\t]|"")*"' : '"(?:[^"]|"")*"';
  const field = `(?:${quoted}|[^"${delimiter}]*)`;
  const isWhole = `match(line, ${literal(`^${field}(?:[${delimiter}]${field})*$`)})`;
  const fields = `extractAll(concat(${one}, line), ${literal(`[${delimiter}](${quoted}|[^"${delimiter}]*)`)})`;
  const content = `replaceAll(substring(f, 2, length(f) - 2), '""', ${QUOTE})`;
  const hidden = `replaceAll(${content}, ${one}, ${DELIMITER})`;
  const joined = `arrayStringConcat(arrayMap(f -> if(startsWith(f, '"'), ${hidden}, f), ${fields}), ${one})`;
  return `multiIf(position(${without}, '"') = 0, ${inner}, ${isWhole}, ${joined}, line)`;
}

/** @returns an expression for a field of {@link unquotedLine} as it was; only in a text does it make a difference */
export function restored(text: string, delimiter: string): string {
  return `replaceAll(replaceAll(${text}, ${DELIMITER}, ${literal(delimiter)}), ${QUOTE}, '"')`;
}
