import { COLUMNS, width } from './table.ts';

/**
 * Sets words in lines of 80 columns. A word that is wider than a line stays whole: it may be there to be copied.
 *
 * @param words words, or a text that is broken at its white space
 * @param indent the spaces that each line but the first begins with
 * @param taken the columns of the first line that something else is in
 * @returns lines without an end to the last
 */
export function wrap(words: string | readonly string[], indent = 0, taken = indent): string {
  let column = taken;
  let text = '';
  for (const word of typeof words === 'string' ? words.split(/\s+/) : words) {
    if (text !== '' && column + 1 + width(word) > COLUMNS) {
      text += `\n${' '.repeat(indent)}`;
      column = indent;
    } else if (text !== '') {
      text += ' ';
      column++;
    }
    text += word;
    column += width(word);
  }
  return text;
}

/** @returns lines of names with what is said of each beside it */
export function definitions(pairs: readonly (readonly [name: string, text: string])[]): string {
  const column = Math.max(...pairs.map(([name]) => name.length)) + 4;
  return pairs.map(([name, text]) => `  ${name.padEnd(column - 2)}${wrap(text, column)}\n`).join('');
}
