/**
 * A string as a ClickHouse literal. Every piece of text that comes from a user, a file or a config goes through here.
 *
 * @throws TypeError for a lone surrogate, which no UTF-8 text can carry
 */
export function literal(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('expected well-formed text, got a lone surrogate');
  return `'${escaped(text)}'`;
}

/** A name of a column, table or database between backquotes, so that it is a name whatever it holds. */
export function identifier(name: string): string {
  return `\`${literal(name).slice(1, -1).replaceAll('`', '\\`')}\``;
}

function escaped(text: string): string {
  return text.replace(/[\\'\0\b\f\n\r\t]/g, (character) => ESCAPES.get(character) ?? character);
}

const ESCAPES = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['\0', '\\0'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
