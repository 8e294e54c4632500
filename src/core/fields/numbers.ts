import { bare, isMissing, MISSING, UNREADABLE } from '../missing.ts';
import type { FieldReader } from './fields.ts';

export const DECIMAL_MARKS = ['.', ','] as const;
/** "" for no sign. A space means any of the spaces that exports group with, ' for ’ too. */
export const GROUPING_MARKS = ['', ',', '.', ' ', "'", '_'] as const;

/** How the numbers of a history are written: `numbers` in the config. */
export interface NumberFormat {
  decimal: (typeof DECIMAL_MARKS)[number];
  grouping: (typeof GROUPING_MARKS)[number];
  /** What may come before or after an amount, such as € or EUR; without regard to case. */
  currency_signs: readonly string[];
}

/** As shipped: a point, no grouping, no signs. */
export const PLAIN_NUMBERS: NumberFormat = { decimal: '.', grouping: '', currency_signs: [] };

/**
 * Compiles a format to a reader of amounts: a decimal number from 0 up, with or without a plus sign and an exponent; grouped
 * by threes or as India does, if the format groups. A negative zero is 0. It takes time in proportion to the text.
 */
export function amountReader(format: NumberFormat): FieldReader {
  const mark = format.decimal.charCodeAt(0);
  const pattern = patternOf(format);
  const grouping = format.grouping === '' ? null : new RegExp(MARKS[format.grouping], 'g');
  const signs = signsOf(format.currency_signs);
  return (whole, from = 0, to = whole.length) => {
    const plain = plainNumber(whole, from, to, mark);
    if (plain >= 0) return plain;
    const field = whole.slice(from, to);
    if (isMissing(field)) return MISSING;
    let text = bare(field);
    if (signs !== null) text = text.replace(signs.before, '').replace(signs.after, '');
    const parts = pattern.exec(text);
    if (parts === null) return UNREADABLE;
    const [, sign = '', units = '', fraction = '', exponent = '0'] = parts;
    if (units === '' && fraction === '') return UNREADABLE;
    const digits = grouping === null ? units : units.replace(grouping, '');
    const number = Number(`${sign}${digits || '0'}.${fraction || '0'}e${exponent}`);
    return number >= 0 && number < Number.POSITIVE_INFINITY ? number + 0 : UNREADABLE;
  };
}

/** Compiles a format to a reader of whole numbers: whole amounts such as "15.0" or "4e1", without a sign of a currency. */
export function wholeReader(format: NumberFormat): FieldReader {
  const read = amountReader({ ...format, currency_signs: [] });
  return (text, from, to) => {
    const number = read(text, from, to);
    return number === MISSING || Number.isInteger(number) ? number : UNREADABLE;
  };
}

/** Marks as parts of a regular expression. */
const MARKS = {
  '.': '\\.',
  ',': ',',
  ' ': '[ \u00a0\u2007\u2009\u202f]',
  "'": "['\u2019]",
  _: '_',
} as const;

/** As India groups: `1,00,000` is a hundred thousand. */
const INDIAN = '\\d{1,2}(?:,\\d{2})+,\\d{3}|';

function patternOf({ decimal, grouping }: NumberFormat): RegExp {
  const grouped =
    grouping === '' ? '' : `\\d{1,3}(?:${MARKS[grouping]}\\d{3})+|${grouping === ',' ? INDIAN : ''}`;
  return new RegExp(`^([+-]?)(${grouped}\\d*)(?:${MARKS[decimal]}(\\d*))?(?:[eE]([+-]?\\d+))?$`);
}

function signsOf(signs: readonly string[]): { before: RegExp; after: RegExp } | null {
  if (signs.length === 0) return null;
  // The longest first: R$ before R.
  const any = signs
    .toSorted((a, b) => b.length - a.length)
    .map((sign) => sign.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|');
  // Bounded: white space without end after a sign must not be looked at again and again.
  return { before: new RegExp(`^(?:${any})\\s{0,4}`, 'iu'), after: new RegExp(`\\s{0,4}(?:${any})$`, 'iu') };
}

/**
 * The number in up to 15 digits, with or without a decimal mark and zeros, which is how most fields are written: several
 * times faster than a regular expression and Number(). -1 for any other text.
 */
function plainNumber(text: string, from: number, to: number, mark: number): number {
  let at = from;
  let number = 0;
  for (const most = Math.min(to, from + 15); at < most; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  if (at === from) return -1;
  if (at < to && text.charCodeAt(at++) !== mark) return -1;
  for (; at < to; at++) if (text.charCodeAt(at) !== ZERO) return -1;
  return number;
}

const ZERO = 48;
