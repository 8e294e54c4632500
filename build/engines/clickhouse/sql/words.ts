/**
 * Text of fixed form as 64-bit words, a character to a byte, so that eight characters are checked and read at once
 * ("SIMD within a register"; for digits see D. Lemire, "Quickly parsing eight digits"). The lowest byte is the first
 * character, as in reinterpretAsUInt64. A regular expression costs ten times as much.
 */
const WIDTH = 8;

const ZERO = '0'.charCodeAt(0);

/** The eight bytes of a text from `position`, counted from 1, as a word; what the text lacks is 0. */
export function wordAt(text: string, position: number): string {
  return `reinterpretAsUInt64(${position === 1 ? text : `substring(${text}, ${position}, ${WIDTH})`})`;
}

/**
 * @param form at most 8 characters: a digit stands for itself and those below it, anything else for itself; nothing may follow
 * @returns a word whose bytes are the digits, and 0 elsewhere, where {@link misfit} of it is 0
 */
export function digits(word: string, form: string): string {
  return `bitXor(${word}, ${packed(form)})`;
}

/** @returns an expression that is 0 where the word behind `digits` has the form */
export function misfit(digits: string, form: string): string {
  const toSixteen = numberOf(form, (character) => (isDigit(character) ? 15 - Number(character) : 0), 0);
  const excess = numberOf(form, (character) => (isDigit(character) ? 0xf0 : 0xff), 0xff);
  return `bitAnd(bitOr(${digits}, ${digits} + ${toSixteen}), ${excess})`;
}

/** @returns a word with, in the byte of each tens digit, the number of the two digits that begin there */
export function pairs(digits: string): string {
  // x * 10 + (x >> 8), naming x once: an alias is written out again wherever it stands.
  return `bitShiftRight(${digits} * ${10 * 256 + 1}, 8)`;
}

/** @returns the byte at `position`, counted from 0 */
export function byteAt(word: string, position: number): string {
  return position === 0 ? `bitAnd(${word}, 255)` : `bitAnd(bitShiftRight(${word}, ${position * 8}), 255)`;
}

/**
 * @param weights a multiple for each of some bytes, by position; every sum must stay below 2^`bits`, and
 *   in the word above the highest of them
 * @returns the sum of these bytes, each times its weight: one multiplication makes them meet in the highest of them
 */
export function weigh(word: string, weights: Readonly<Record<number, number>>, bits: number): string {
  const shifts = Object.entries(weights).map(
    ([position, weight]) => [8n * BigInt(position), BigInt(weight)] as const,
  );
  const place = 8n * BigInt(Math.max(...Object.keys(weights).map(Number)));
  if (place + BigInt(bits) > 64n)
    throw new RangeError(`expected ${bits} bits above bit ${place} of a word, got past 64`);
  const mask = shifts.reduce((sum, [shift]) => sum + (255n << shift), 0n);
  const factor = shifts.reduce((sum, [shift, weight]) => sum + (weight << (place - shift)), 0n);
  return `bitAnd(bitShiftRight(bitAnd(${word}, ${mask}) * ${factor}, ${place}), ${2 ** bits - 1})`;
}

/** @returns the word of at most 8 ASCII characters, a form's digits being "0" */
export function packed(form: string): string {
  return numberOf(form, (character) => (isDigit(character) ? ZERO : character.charCodeAt(0)), 0);
}

/** @returns the word of at most 8 ASCII characters */
export function word(text: string): string {
  return numberOf(text, (character) => character.charCodeAt(0), 0);
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** A number by its bytes, in decimal: 18.16 takes hexadecimal beyond 2^63 for a float. */
function numberOf(form: string, byte: (character: string) => number, rest: number): string {
  let number = 0n;
  for (let position = WIDTH - 1; position >= 0; position--) {
    const character = form[position];
    number = number * 256n + BigInt(character === undefined ? rest : byte(character));
  }
  return number.toString();
}
