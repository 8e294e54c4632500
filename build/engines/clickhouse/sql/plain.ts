import { FIELDS } from '../../../../src/core/config/config.ts';
import type { CubeLayout } from '../../../../src/core/cube/cube.ts';
import type { Period } from '../../../../src/core/period.ts';
import { SECONDS_PER_DAY } from '../../../../src/core/time.ts';
import { MONTHS_TO_YEAR_0, periodOf, periodOffset, SECONDS_TO_EPOCH } from './calendar.ts';
import { type Column, type CubeSource, defineRules } from './rules.ts';
import type { Steps } from './steps.ts';
import { byteAt, digits, misfit, packed, pairs, weigh, word, wordAt } from './words.ts';

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
    time: (steps: Steps, prefix: string, column: Column) => definePlainTime(steps, prefix, column, known),
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
  const empty = FIELDS.filter((field) => rules.raw[field].quotesEmpty).map((field) =>
    isEmpty(rules.raw[field].sql),
  );
  const quotes =
    empty.length === 0
      ? `(position(${line}, '"') = 0)`
      : `(countSubstrings(${line}, '"') = 2 * (${empty.join(' + ')}))`;
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
const CLOCK = '29:59:59';
const FRACTION = '.999999';

/**
 * Times of 10, 19 and 26 characters from 1970 to 2105, read as words (see words.ts): the month and the day are found in
 * tables, which takes less than to have ClickHouse read the text, write it again and compare. An empty text is no time.
 */
function definePlainTime(
  steps: Steps,
  prefix: string,
  { sql: text, quotesEmpty }: Column,
  known: string[],
): string {
  const define = (name: string, sql: string) => steps.define(`${prefix}_${name}`, sql);
  const size = define('size', `length(${text})`);
  const isLong = define('is_long', `${size} = ${SECOND_SIZE + FRACTION.length}`);
  const month = define('month', `transform(${wordAt(text, 1)}, ${MONTHS}, toUInt32(0))`);
  const day = define('day', `transform(reinterpretAsUInt32(substring(${text}, 9, 3)), ${DAYS}, ${NO_DAY})`);
  const hasClock = `(${size} > ${DATE_SIZE})`;
  const clock = define('clock', digits(`${wordAt(text, 12)} + (NOT ${hasClock}) * ${packed(CLOCK)}`, CLOCK));
  const clockPairs = define('clock_pairs', pairs(clock));
  const end = define('end', `bitXor(${wordAt(text, SECOND_SIZE + 1)}, ${isLong} * ${packed(FRACTION)})`);
  const isTime = define(
    'is_time',
    bits('bitAnd', [
      `${day} <= bitAnd(${month}, ${2 ** DAY_BITS - 1})`,
      `${misfit(clock, CLOCK)} = 0`,
      `${byteAt(clockPairs, 0)} < 24`,
      `${misfit(end, FRACTION)} = 0`,
      bits('bitOr', [...[DATE_SIZE, SECOND_SIZE].map((known) => `${size} = ${known}`), isLong]),
    ]),
  );
  known.push(bits('bitOr', [isTime, `${size} = 0`, ...(quotesEmpty ? [isEmpty(text)] : [])]));
  const days = `toUInt64(bitShiftRight(${month}, ${DAY_BITS}) + ${day})`;
  const minutes = weigh(clockPairs, { 0: 60, 3: 1 }, 16);
  const seconds = `${days} * ${SECONDS_PER_DAY} + ${minutes} * 60 + ${byteAt(clockPairs, 6)}`;
  return define(
    'seconds',
    `toInt64(${isTime} * (${seconds} + ${SECONDS_TO_EPOCH + 1 - SECONDS_PER_DAY})) - 1`,
  );
}

function isEmpty(text: string): string {
  return `(${text} = '""')`;
}

/** Bits for the days of a month, below those for the days from 1970 to its first. */
const DAY_BITS = 5;
/** More than a month has. */
const NO_DAY = 99;

/**
 * For `YYYY-MM-` the days from 1970 to the first of the month, and how many it has. ClickHouse works the tables out once:
 * written out they take it longer to plan.
 */
const MONTHS = `${eachMonth('reinterpretAsUInt64(toString(month))')}, ${eachMonth(
  `toUInt32(toUInt16(month) * ${2 ** DAY_BITS} + toDayOfMonth(toLastDayOfMonth(month)))`,
)}`;

/** Of each month from 1970 to 2105, as a Date. */
function eachMonth(sql: string): string {
  return `arrayMap(month -> ${sql}, arrayMap(count -> addMonths(toDate('1970-01-01'), count), range(${(2106 - 1970) * 12})))`;
}

/** For `DD` at the end, and with a space behind it. */
const DAYS = (() => {
  const days = Array.from({ length: 31 }, (_, before) => before + 1);
  const words = ['', ' '].flatMap((end) => days.map((day) => word(String(day).padStart(2, '0') + end)));
  return `[${words}], [${[...days, ...days]}]`;
})();

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
  const numbers = `range(${NUMBERS})`;
  const texts = ['toString(number)', "concat(toString(number), '.0')"];
  const lists = texts.map((sql) => `arrayMap(number -> ${sql}, ${numbers})`);
  const table = `arrayConcat(['', '""'], ${lists.join(', ')}), arrayConcat([-1, -1], ${numbers}, ${numbers})`;
  const value = steps.define(`${prefix}_value`, `transform(${text}, ${table}, ${UNKNOWN})`);
  known.push(`${value} != ${UNKNOWN}`);
  return value;
}

/** Of truth values, each a byte: AND and OR are many times as slow, and products grow to eight bytes. */
function bits(join: 'bitAnd' | 'bitOr', values: readonly string[]): string {
  return values.reduce((all, value) => `${join}(${all}, ${value})`);
}
