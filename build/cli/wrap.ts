/** The usual width of a terminal, and of help and reports. */
export const COLUMNS = 80;

/** Columns on a terminal: combining marks take none, East Asian wide characters two. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

/**
 * Sets words in lines. A word that is wider than a line stays whole: it may be there to be copied.
 *
 * @param words words, or a text that is broken at its white space
 * @param indent the spaces that each line but the first begins with
 * @param taken the columns of the first line that something else is in
 * @param most the columns of a line
 * @returns lines without an end to the last
 */
export function wrap(words: string | readonly string[], indent = 0, taken = indent, most = COLUMNS): string {
  let column = taken;
  let text = '';
  for (const word of typeof words === 'string' ? words.split(/\s+/) : words) {
    if (text !== '' && column + 1 + width(word) > most) {
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
