import { literal } from './literals.ts';

/** What String.prototype.trim takes off (WhiteSpace and LineTerminator of ECMA-262), for RE2, whose \s is narrower. */
const WHITE_SPACE =
  '[\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}]*';

/** @returns a regular expression as a literal, for the whole of a text, white space at its ends aside */
export function whole(pattern: string): string {
  return literal(`^${WHITE_SPACE}${pattern}${WHITE_SPACE}$`);
}

/** @returns an expression for a text without white space at its ends; slow, so for few rows */
export function trimmed(text: string): string {
  const start = `replaceRegexpOne(${text}, ${literal(`^${WHITE_SPACE}`)}, '')`;
  return `replaceRegexpOne(${start}, ${literal(`${WHITE_SPACE}$`)}, '')`;
}
