import { FIELDS } from '../../../../src/core/config/config.ts';
import type { CubeLayout } from '../../../../src/core/cube/cube.ts';
import type { Period } from '../../../../src/core/period.ts';
import { MONTHS_TO_YEAR_0, periodOf, periodOffset, SECONDS_TO_EPOCH } from './calendar.ts';
import { type CubeSource, defineRules } from './rules.ts';
import type { Steps } from './steps.ts';
import { misfit, packed, wordAt } from './words.ts';

/** A code is the group of a row, a bit for total_orders that are filled, and in the lowest bits the reason. */
export const REASON_BITS = 3;
/** In place of a reason: the line is left to core. */
export const RARE = 2 ** REASON_BITS - 1;

/** More groups than this, and the query fails with TOO_MANY_ROWS: most of them would be lines that are left to core. */
const MOST_GROUPS = 100_000;
export const PLAIN_SETTINGS = `max_rows_to_group_by = ${MOST_GROUPS}, group_by_overflow_mode = 'throw'`;

/**
 * @returns the query of a CSV file whose rows are nearly all written in one way: it knows no other form of times and
 *   numbers, and gives any line that has one, or is not a row of plain fields, as it is, for core to read. For later
 *   versions of ClickHouse. Each row of its answer has line, country, amount, code, rows, first and last timestamp.
 */
export function plainQuery(source: CubeSource, layout: CubeLayout): string {
  const known: string[] = [];
  const forms = {
    time: (steps: Steps, prefix: string, text: string) => definePlainTime(steps, prefix, text, known),
    whole: (steps: Steps, prefix: string, text: string) => definePlainWhole(steps, prefix, text, known),
    period: plainPeriod,
  };
  const { steps, ...rules } = defineRules({ ...source, malformed: null, strange: null }, layout, forms);
  const { timestamp, country, amount, reason, group, filled } = rules;
  const line = steps.define('line', 'line');
  const broken = [source.malformed, source.strange].map((rule, index) =>
    steps.define(`broken_${index}`, `NOT (${rule ?? '0'})`),
  );
  // Each quote has to be one of those of an empty text, which many programs write as "".
  const empty = FIELDS.map((field) => `(${rules.raw[field].sql} = '""')`);
  const quotes = `(countSubstrings(${line}, '"') = 2 * (${empty.join(' + ')}))`;
  const plain = steps.define('plain', bits('bitAnd', [...broken, quotes, ...known]));
  const code = steps.define(
    'code',
    `${plain} * (bitShiftLeft(${group} * 2 + ${filled}, ${REASON_BITS}) + ${reason}) + (NOT ${plain}) * ${RARE}`,
  );
  const rare = steps.define('rare', `substring(${line}, 1, length(${line}) * (NOT ${plain}))`);
  const keys = [rare, country, amount, code];
  return `SELECT ${rare}, ${country}, ${amount}, toString(${code}), toString(count()),
  toString(min(${timestamp}) - ${SECONDS_TO_EPOCH}), toString(max(${timestamp}) - ${SECONDS_TO_EPOCH})
FROM ${steps.nested(source.from, [...keys, timestamp])}
GROUP BY ${keys.join(', ')}`;
}

const DATE_SIZE = 10;
const SECOND_SIZE = 19;
const FRACTION = '.999999';

/**
 * Times of 10, 19 and 26 characters from 1970 to 2106: what ClickHouse makes of one is taken if written out it gives the
 * same text again. An empty text is no time.
 */
function definePlainTime(steps: Steps, prefix: string, text: string, known: string[]): string {
  const define = (name: string, sql: string) => steps.define(`${prefix}_${name}`, sql);
  const second = define('second', `substring(${text}, 1, ${SECOND_SIZE})`);
  const time = define('time', `toDateTimeOrZero(${second}, 'UTC')`);
  const size = define('size', `length(${text})`);
  const isLong = define('is_long', `${size} = ${SECOND_SIZE + FRACTION.length}`);
  const end = define('end', `bitXor(${wordAt(text, SECOND_SIZE + 1)}, ${isLong} * ${packed(FRACTION)})`);
  const sizes = [0, DATE_SIZE, SECOND_SIZE].map((known) => `${size} = ${known}`);
  const isTime = bits('bitAnd', [
    `startsWith(toString(${time}), ${second})`,
    `${misfit(end, FRACTION)} = 0`,
    bits('bitOr', [...sizes, isLong]),
  ]);
  known.push(bits('bitOr', [isTime, `${text} = '""'`]));
  return define('seconds', `(${size} > 2) * (toInt64(toUInt32(${time})) + ${SECONDS_TO_EPOCH + 1}) - 1`);
}

/** The months of ClickHouse, where its calendar knows the timestamp: a tenth of what arithmetic takes. */
function plainPeriod(steps: Steps, period: Period, day: string): string {
  if (period !== 'month') return periodOf(steps, period, day);
  return `toRelativeMonthNum(toDate(toUInt16(${day} - ${periodOffset('day')}))) + ${MONTHS_TO_YEAR_0}`;
}

/** Numbers below this, with or without ".0", are found in a table. */
const NUMBERS = 500;
const UNKNOWN = -2;

/** An empty text is no number. */
function definePlainWhole(steps: Steps, prefix: string, text: string, known: string[]): string {
  const numbers = Array.from({ length: NUMBERS }, (_, number) => number);
  const texts = numbers.flatMap((number) => [`'${number}'`, `'${number}.0'`]);
  const table = `['', '""', ${texts.join(',')}], [-1, -1, ${numbers.flatMap((number) => [number, number]).join(',')}]`;
  const value = steps.define(`${prefix}_value`, `transform(${text}, ${table}, ${UNKNOWN})`);
  known.push(`${value} != ${UNKNOWN}`);
  return value;
}

/** Of truth values, each a byte: AND and OR are many times as slow, and products grow to eight bytes. */
function bits(join: 'bitAnd' | 'bitOr', values: readonly string[]): string {
  return values.reduce((all, value) => `${join}(${all}, ${value})`);
}
