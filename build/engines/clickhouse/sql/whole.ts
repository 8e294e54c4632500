import { LARGEST_EDGE } from '../../../../src/core/segments/schema.ts';
import type { Steps } from './steps.ts';
import { whole } from './text.ts';

/** As core's parseWholeNumber. */
const FORM = whole('\\d+(?:\\.0*)?');
const LEADING_DIGITS = whole('0*(\\d*)(?:\\.0*)?');
/** A number of more digits lies above {@link LARGEST_EDGE}. */
const MOST_DIGITS = String(LARGEST_EDGE).length;
const BEYOND = 10 ** MOST_DIGITS;

/**
 * Defines the whole number that a text writes, -1 for none; those beyond every band's edge are one number. Up to eight
 * characters, with or without ".0", are read as a word (see words.ts), shifted so that the last digit is in the highest
 * byte and what is before the first is 0. Why one `if` and no other: see time.ts.
 */
export function defineWhole(steps: Steps, prefix: string, text: string): string {
  const define = (name: string, sql: string) => steps.define(`${prefix}_${name}`, sql);
  const size = define('size', `toInt16(least(length(${text}), 9))`);
  const shifted = define('shifted', `bitShiftLeft(reinterpretAsUInt64(${text}), ${shift(size)})`);
  // The two highest bytes, of which 0x30 is "0" and 0x2e the point before it.
  const pointed = define('pointed', `bitShiftRight(${shifted}, 48) = ${0x302e}`);
  const count = define('count', `${size} - ${pointed} * 2`);
  const zeros = `bitShiftLeft(toUInt64(${everyByte(0x30)}), ${shift(count)})`;
  const digits = define('digits', `bitXor(bitShiftLeft(${shifted}, ${pointed} * 16), ${zeros})`);
  const excess = `bitAnd(bitOr(${digits}, ${digits} + ${everyByte(6)}), ${everyByte(0xf0)})`;
  const common = define('common', `(${excess} = 0) * (${count} > 0) * (${size} < 9) = 1`);
  const joined = [10, 100, 10_000].reduce((lanes, factor, index) => {
    const width = 8 << index;
    return `bitAnd(bitShiftRight(${lanes} * ${BigInt(factor) * 2n ** BigInt(width) + 1n}, ${width}), ${lanesOf(width)})`;
  }, digits);

  const untreated = `if(${common}, '', ${text})`;
  const leading = define('leading', `replaceRegexpOne(${untreated}, ${LEADING_DIGITS}, '\\\\1')`);
  const number = `if(length(${leading}) > ${MOST_DIGITS}, ${BEYOND}, toUInt32OrZero(${leading}))`;
  const rare = `if(match(${untreated}, ${FORM}), toInt64(${number}), toInt64(-1))`;
  return define('value', `if(${common}, toInt64(${joined}), ${rare})`);
}

/** Bits to shift by, so that the last of `count` bytes becomes the highest; never 64, which 18.16 takes for 0. */
function shift(count: string): string {
  return `toUInt8(64 - 8 * least(greatest(${count}, 1), 8))`;
}

/** A word of eight equal bytes. */
function everyByte(byte: number): string {
  return BigInt(`0x${byte.toString(16).padStart(2, '0').repeat(8)}`).toString();
}

/** A word in which every second group of `width` bits, from the lowest, is ones. */
function lanesOf(width: number): string {
  return BigInt(`0b${`${'0'.repeat(width)}${'1'.repeat(width)}`.repeat(32 / width)}`).toString();
}
