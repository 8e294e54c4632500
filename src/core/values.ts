import { bare } from './missing.ts';

/** The marker for a voucher_amount that the history does not have, or not as a number; no real amount is negative. */
export const MISSING_AMOUNT = -1;

/**
 * @returns an amount without what binary fractions add to it, in 15 digits, as spreadsheets have them: what a program worked
 *   out as 0.1 + 0.2, and wrote as 0.30000000000000004, is the voucher of 0.3
 */
export function tidyAmount(amount: number): number {
  // From here on there is nothing after the point, and the largest double would become infinite.
  return amount < 1e15 ? Number(amount.toPrecision(15)) : amount;
}

/**
 * The form under which spellings of one country meet: composed (NFC) and without case. Upper case is what joins ß with
 * SS and the two small sigmas; lower case before it joins ẞ with them. Changing the case may take letters apart. The
 * dot that the lower case of İ keeps goes: TÜRKİYE is Türkiye. White space of any kind and length is one space, and
 * characters without width do not count.
 */
export function foldCountry(country: string): string {
  // Nearly all are ASCII, which is composed as it is and has one case for the other: a third of the time.
  if (isAscii(country)) return oneSpaced(country.trim()).toLowerCase();
  return oneSpaced(bare(country))
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC');
}

function oneSpaced(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** Compares by Unicode code point, where `<` on strings compares UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const at = left.findIndex((point, index) => point !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}

/** @returns the same text in memory of its own: a piece of a large text would keep the whole text there */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
