import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../../../src/core/time.ts';
import { firstDay, MONTHS_TO_YEAR_0, SECONDS_TO_EPOCH } from './calendar.ts';
import type { Steps } from './steps.ts';
import { whole } from './text.ts';
import { byteAt, digits, misfit, packed, pairs, weigh, wordAt } from './words.ts';

/** The words of a text: `YYYY-MM-`, `DD hh:mm` and `:ss`, or `:ss.ffff` and `ff` with a fraction of six digits. */
const DATE = '9999-19-';
const CLOCK = '39 29:59';
const SECOND = ':59';
const FRACTION = ':59.9999';
const REST = '99';
const ZONE_WORD = '29:59';

/** The rarer forms, as core's parseTime takes them, are brought to 19 characters, or 25 with a zone, step by step. */
const DAY = '(\\d{4}-[01]\\d-[0-3]\\d)';
const MINUTE = '[ T]((?:[01]\\d|2[0-3]):[0-5]\\d';
const ZONE = '[+-](?:[01]\\d|2[0-3]):[0-5]\\d';
const FORM = whole(`${DAY}(?:${MINUTE})(?::[0-5]\\d(?:\\.\\d+)?)?(?:Z|${ZONE})?)?`);
const REWRITES = [
  [whole(DAY), '\\\\1 00:00:00'],
  [whole(`${DAY}${MINUTE})(Z?|${ZONE})`), '\\\\1 \\\\2:00\\\\3'],
  [whole(`${DAY}${MINUTE}:[0-5]\\d)(?:\\.\\d+)?(?:Z|(${ZONE}))?`), '\\\\1 \\\\2\\\\3'],
] as const;

/**
 * Defines the time that a text writes, as core's parseTime reads it, white space at the ends aside: seconds as
 * calendar.ts counts them, below 0 for no time.
 *
 * The forms of nearly every row (10, 19 and 26 characters without a zone) are read as words, and checked by arithmetic;
 * any other goes through regular expressions. Those are the one thing here that stands behind an `if`: later versions
 * of ClickHouse then skip them for the other rows, but any more `if`, AND or OR costs them more than it spares; 18.16,
 * which skips nothing, is given an empty text.
 */
export function defineTextTime(steps: Steps, prefix: string, text: string): string {
  const define = (name: string, sql: string) => steps.define(`${prefix}_${name}`, sql);
  const isDate = define('is_date', `length(${text}) = 10`);
  const isLong = define('is_long', `length(${text}) = 26`);
  const date = define('date', digits(wordAt(text, 1), DATE));
  const clock = define('clock', digits(`${wordAt(text, 9)} + ${isDate} * ${packed('\0\0 00:00')}`, CLOCK));
  const second = define('second', digits(`${wordAt(text, 17)} + ${isDate} * ${packed(':00')}`, SECOND));
  // Behind the seconds there is the point with digits of a fraction, or nothing.
  const fraction = define('fraction', `bitXor(${second}, ${isLong} * ${packed('\0\0\0.9999')})`);
  const rest = define('rest', `bitXor(${wordAt(text, 25)}, ${isLong} * ${packed(REST)})`);
  const misfits = [
    misfit(date, DATE),
    misfit(clock, CLOCK),
    misfit(fraction, FRACTION),
    misfit(rest, REST),
  ].reduce((all, one) => `bitOr(${all}, ${one})`);
  const common = define('common', `(${misfits} = 0) * (${isDate} + ${isLong} + (length(${text}) = 19)) = 1`);
  const commonTime = define(
    'common_seconds',
    secondsOf(steps, define('date_pairs', pairs(date)), define('clock_pairs', pairs(clock)), pairs(second)),
  );
  return define(
    'seconds',
    `if(${common}, ${commonTime}, ${rareTime(steps, define, `if(${common}, '', ${text})`)})`,
  );
}

function rareTime(steps: Steps, define: (name: string, sql: string) => string, text: string): string {
  const rewritten = REWRITES.reduce((sql, [form, to]) => `replaceRegexpOne(${sql}, ${form}, '${to}')`, text);
  const rare = define('rare', `if(match(${text}, ${FORM}), ${rewritten}, '')`);
  const words = [DATE, CLOCK, SECOND].map((form, index) => pairs(digits(wordAt(rare, 1 + 8 * index), form)));
  const [date = '', clock = '', second = ''] = words;
  const minutes = weigh(pairs(digits(wordAt(rare, 21), ZONE_WORD)), { 0: 60, 3: 1 }, 16);
  // "+" is 43 and "-" is 45.
  const sign = `(44 - toInt64(reinterpretAsUInt8(substring(${rare}, 20, 1))))`;
  const offset = `if(length(${rare}) = 25, ${sign} * ${minutes} * 60, 0)`;
  return secondsOf(steps, date, clock, second, { exists: `notEmpty(${rare})`, offset });
}

/**
 * @param date pairs: the century at byte 0, the year in it at 2, the month at 5
 * @param clock the day of the month at 0, the hour at 3, the minute at 6
 * @param second the second at 1
 * @param zone seconds east of UTC, and whether there is a text at all
 * @returns seconds, -1 for a day or an hour that does not exist
 */
function secondsOf(
  steps: Steps,
  date: string,
  clock: string,
  second: string,
  zone?: { exists: string; offset: string },
): string {
  // Division by a constant is several times as fast on 32 bits.
  const month = `toUInt32(${weigh(date, { 0: 1200, 2: 12, 5: 1 }, 20)} + ${MONTHS_TO_YEAR_0})`;
  const minutes = weigh(clock, { 0: 1440, 3: 60, 6: 1 }, 16);
  const seconds = `(${firstDay(month)} - 1) * ${SECONDS_PER_DAY} + ${minutes} * 60 + ${byteAt(second, 1)}`;
  const yearOfCentury = byteAt(date, 2);
  const isLeap = `(bitAnd(${yearOfCentury} + (${yearOfCentury} = 0) * ${byteAt(date, 0)}, 3) = 0)`;
  const place = `${byteAt(date, 5)} * ${PLACES} + ${byteAt(clock, 0)} + 1`;
  const exists = `(${steps.lookup(DAYS, place)} + ${isLeap} > 1) * (${byteAt(clock, 3)} < 24)`;
  if (zone === undefined) return `toInt64(${exists} * (${seconds} + 1)) - 1`;
  const time = `toInt64(${zone.exists} * ${exists} * (${seconds} + 1 - ${zone.offset}))`;
  const [first, last] = [FIRST_SECOND, LAST_SECOND].map((second) => second + SECONDS_TO_EPOCH + 1);
  return `${time} * (${time} >= ${first}) * (${time} <= ${last}) - 1`;
}

/** Places for the days of a month in {@link DAYS}: as many as two digits can say of which the first is at most 3. */
const PLACES = 40;

/** By month and day: 0 for a day that no year has, 1 for one that leap years have, 2 for one that all have. */
const DAYS = Array.from({ length: 13 * PLACES }, (_, place) => {
  const month = Math.floor(place / PLACES);
  const day = place % PLACES;
  if (month === 0 || day === 0) return 0;
  if (month === 2) return day < 29 ? 2 : day === 29 ? 1 : 0;
  return day <= ([4, 6, 9, 11].includes(month) ? 30 : 31) ? 2 : 0;
});
