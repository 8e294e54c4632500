import type { NumberFormat } from '../../../src/core/fields/numbers.ts';
import { LARGEST_EDGE } from '../../../src/core/segments/schema.ts';
import type { Dialect } from './dialect.ts';
import type { Columns } from './times.ts';

/** Whole numbers with more digits lie above every edge of a band, and are one number. */
const MOST_DIGITS = String(LARGEST_EDGE).length;
const BEYOND = 10 ** MOST_DIGITS;

const MARKS = { '.': '[.]', ',': '[,]' } as const;
/** What groups digits, as in core's numbers.ts. */
const GROUPING = { ',': ',', '.': '.', ' ': ' \u00a0\u2007\u2009\u202f', "'": "'\u2019", _: '_' } as const;

const ZERO = '(0+([.]0*)?|[.]0+)';
/** Numbers that are whole as they are written; a negative zero is one. */
const WHOLE = `[+]?([0-9]+([.]0*)?|[.]0+)|-${ZERO}`;
/** Numbers with an exponent, short enough for a double. */
const EXPONENT = '[+]?([0-9]+([.][0-9]*)?|[.][0-9]+)[eE][+-]?[0-9]+';
const ZERO_EXPONENT = `[+-]?${ZERO}[eE][+-]?[0-9]+`;
const MOST_EXPONENT = 300;
/** Short numbers with a smaller exponent than this are read as 0. Between the two exponents nothing is read. */
const TO_ZERO = { form: `[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)[eE]-[0-9]+`, exponent: 345, length: 24 };
const MOST_LENGTH = 200;

/** The number as DuckDB and its like write it: without grouping, with a point; '' for no number in the format. */
export function numberForm(dialect: Dialect, { decimal, grouping }: NumberFormat): Columns {
  const marks = grouping === '' ? '' : GROUPING[grouping];
  const indian = grouping === ',' ? '[0-9]{1,2}(,[0-9]{2})+,[0-9]{3}|' : '';
  const grouped = marks === '' ? '' : `[0-9]{1,3}([${marks}][0-9]{3})+|${indian}`;
  const form = `[+-]?(${grouped}[0-9]*)(${MARKS[decimal]}[0-9]*)?([eE][+-]?[0-9]+)?`;
  const ungrouped = marks === '' ? 'orders_text' : dialect.without('orders_text', marks);
  const plain = decimal === '.' ? ungrouped : `REPLACE(${ungrouped}, ',', '.')`;
  const fits = `${dialect.matches('orders_text', form)} AND LENGTH(orders_text) <= ${MOST_LENGTH}`;
  return { orders_form: `CASE WHEN ${fits} THEN ${plain} ELSE '' END` };
}

/** What the number is made of. An exponent is worked out as a double, which is exact for all numbers of orders. */
export function numberParts(dialect: Dialect): Columns {
  const exponent = dialect.integer(dialect.extract('orders_form', '[eE][+-]?([0-9]{1,9})$'));
  const isDouble = `${dialect.matches('orders_form', EXPONENT)} AND ${exponent} <= ${MOST_EXPONENT}`;
  const isZero = `${dialect.matches('orders_form', ZERO_EXPONENT)} OR ${dialect.matches('orders_form', TO_ZERO.form)} AND ${exponent} > ${TO_ZERO.exponent} AND LENGTH(orders_form) <= ${TO_ZERO.length}`;
  // 0.5 marks a number that is not whole.
  const number = `CASE WHEN ${isZero} THEN '0' WHEN ${isDouble} THEN orders_form ELSE '0.5' END`;
  return {
    orders_whole: `CASE WHEN ${dialect.matches('orders_form', WHOLE)} THEN 1 ELSE 0 END`,
    orders_digits: dialect.extract('orders_form', '^[+-]?0*([0-9]*)'),
    orders_number: dialect.double(number),
  };
}

/** The number of orders, at most one that is above all bands; -1 for none. */
export function numberOfOrders(dialect: Dialect): Columns {
  const whole = `CASE WHEN LENGTH(orders_digits) > ${MOST_DIGITS} THEN ${BEYOND} ELSE ${dialect.integer('orders_digits')} END`;
  // A double above all bands may be too large for a whole number.
  const limited = `CASE WHEN orders_number > ${BEYOND} THEN ${BEYOND} ELSE FLOOR(orders_number) END`;
  const rounded = dialect.toInteger(limited);
  return {
    orders_read: `CASE WHEN orders_whole = 1 THEN ${whole} WHEN orders_number = FLOOR(orders_number) THEN ${rounded} ELSE -1 END`,
  };
}
