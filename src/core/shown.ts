import { firstOf } from './words.ts';

/**
 * What looks like something else, or like nothing: controls, formatting, spaces other than the plain one, and half
 * characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** In UTF-16 units. */
const LONGEST = 60;

/**
 * @returns a value of a file in quotes, for a sentence: what cannot be seen in it stands as its code point, `\u{A0}` for
 *   a no-break space, and so does a mark beside the letter that it could be one with
 */
export function shown(text: string): string {
  const cut = text.length > LONGEST ? `${beginning(text, LONGEST)}…` : text;
  const escaped = cut.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll(UNSEEN, codePoint);
  const isComposed = escaped.normalize('NFC') === escaped;
  return `"${isComposed ? escaped : escaped.replaceAll(/\p{M}/gu, codePoint)}"`;
}

/** @returns the first names of a list, shown, and how many there are besides, for a sentence */
export function shownNames(names: readonly string[]): string {
  return firstOf(names.map(shown), MOST_NAMES);
}

const MOST_NAMES = 5;

/** @returns so many UTF-16 units of a text, cut between characters, not within one of two units */
export function beginning(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** @returns the first code points of characters that look like others, such as U+0435; "" for none */
export function codePoints(characters: readonly string[]): string {
  const hex = (character: string) => (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  const points = [...new Set(characters)].map((character) => `U+${hex(character).padStart(4, '0')}`);
  return points.slice(0, 3).join(', ');
}

function codePoint(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  // A byte that is not UTF-8, as history/utf8.ts decodes it.
  if (point >= 0xdc80 && point <= 0xdcff) return `\\x${(point - 0xdc00).toString(16).toUpperCase()}`;
  return `\\u{${point.toString(16).toUpperCase()}}`;
}
