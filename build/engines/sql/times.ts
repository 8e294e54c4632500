import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import type { Dialect } from './dialect.ts';

const DATE = '[0-9]{4}(-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}';
const CLOCK = '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?';
const ZONE = '[ ]?(Z|z|UTC|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)(\\[[A-Za-z0-9_+/-]+\\])?';

/** The forms of core's parseTime, to which it is exactly alike. Days that no calendar has are found later. */
const TIME_FORM = `${DATE}([ Tt]${CLOCK}(${ZONE})?)?`;
/** After the clock: a date has dashes too. */
const ZONE_AT_END = ':[0-9.,]+[ ]?([+-][0-9:]+)';

/** Days from 1 March of the year -400, where a cycle of 400 years begins, to 1970-01-01: all times are above 0 from there. */
const DAYS_TO_EPOCH = 719_468 + 146_097;

/** One time of a row, as the steps name what they make of it: `ts` has `ts_text`, `ts_year`, … */
export type TimeName = 'ts' | 'last_order' | 'first_order';

/** @returns the columns of a step: SQL by name */
export type Columns = Record<string, string>;

export function timeForms(name: TimeName, dialect: Dialect): Columns {
  const text = `${name}_text`;
  // An hour of one digit is given its zero.
  const padded = `CONCAT(SUBSTR(${text}, 1, 11), '0', SUBSTR(${text}, 12))`;
  const form = `CASE WHEN SUBSTR(${text}, 13, 1) = ':' THEN ${padded} ELSE ${text} END`;
  return { [`${name}_form`]: `CASE WHEN ${dialect.matches(text, TIME_FORM)} THEN ${form} ELSE '' END` };
}

export function timeParts(name: TimeName, dialect: Dialect): Columns {
  const digits = (start: number, length: number) =>
    dialect.integer(`SUBSTR(${name}_form, ${start}, ${length})`);
  const second = `CASE WHEN SUBSTR(${name}_form, 17, 1) = ':' THEN ${digits(18, 2)} ELSE 0 END`;
  return {
    [`${name}_year`]: digits(1, 4),
    [`${name}_month`]: digits(6, 2),
    [`${name}_day`]: digits(9, 2),
    [`${name}_clock`]: `${digits(12, 2)} * 3600 + ${digits(15, 2)} * 60 + ${second}`,
    [`${name}_zone`]: `REPLACE(${dialect.extract(`${name}_form`, ZONE_AT_END)}, ':', '')`,
  };
}

/** The days of each month, and the days since 1970: https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
export function timeDays(name: TimeName, dialect: Dialect): Columns {
  const [year, month, day, zone] = ['year', 'month', 'day', 'zone'].map((part) => `${name}_${part}`);
  const leap = `${dialect.modulo(`${year}`, 4)} = 0 AND (${dialect.modulo(`${year}`, 100)} <> 0 OR ${dialect.modulo(`${year}`, 400)} = 0)`;
  const marchYear = `(${year} + CASE WHEN ${month} <= 2 THEN 399 ELSE 400 END)`;
  const daysBefore = dialect.divide(`153 * (${month} + CASE WHEN ${month} <= 2 THEN 9 ELSE -3 END) + 2`, 5);
  const leapDays = [4, -100, 400].map(
    (years) => `${years > 0 ? '+' : '-'} ${dialect.divide(marchYear, Math.abs(years))}`,
  );
  const east = `${dialect.integer(`SUBSTR(${zone}, 2, 2)`)} * 3600 + ${dialect.integer(`SUBSTR(${zone}, 4, 2)`)} * 60`;
  return {
    [`${name}_month_days`]: `CASE WHEN ${month} IN (4, 6, 9, 11) THEN 30 WHEN ${month} <> 2 THEN 31 WHEN ${leap} THEN 29 ELSE 28 END`,
    [`${name}_days`]: `${marchYear} * 365 ${leapDays.join(' ')} + ${daysBefore} + ${day} - ${DAYS_TO_EPOCH + 1}`,
    [`${name}_offset`]: `CASE WHEN SUBSTR(${zone}, 1, 1) = '-' THEN -1 ELSE 1 END * (${east})`,
  };
}

export function timeSeconds(name: TimeName): Columns {
  return { [`${name}_seconds`]: `${name}_days * ${SECONDS_PER_DAY} + ${name}_clock - ${name}_offset` };
}

/** Whether the text is a time: its day exists, and its offset stays in the years 0 to 9999. */
export function isTime(name: TimeName): string {
  return (
    `${name}_month BETWEEN 1 AND 12 AND ${name}_day BETWEEN 1 AND ${name}_month_days ` +
    `AND ${name}_seconds BETWEEN ${FIRST_SECOND} AND ${LAST_SECOND}`
  );
}

/** Whole days since 1970 of UTC, rounded down. */
export function utcDay(seconds: string, dialect: Dialect): string {
  return `${dialect.divide(`${seconds} + ${DAYS_TO_EPOCH * SECONDS_PER_DAY}`, SECONDS_PER_DAY)} - ${DAYS_TO_EPOCH}`;
}
