import type { Period } from '../../../../src/core/period.ts';
import { SECONDS_PER_DAY } from '../../../../src/core/time.ts';
import type { Steps } from './steps.ts';

/**
 * The calendar as whole-number arithmetic, since the date functions of ClickHouse know neither 1969 nor 2107, take 30
 * February for 2 March, and differ from version to version. Days, months and seconds count from 1 March of the year
 * -400, where a cycle of 400 years begins: so the times of the years 0 to 9999 are above 0, division rounds them down,
 * and the leap day comes last in its year.
 */
const DAYS_TO_EPOCH = 719_468 + 146_097;
const MONTHS_TO_EPOCH = (1970 + 400) * 12 - 2;
export const SECONDS_TO_EPOCH = DAYS_TO_EPOCH * SECONDS_PER_DAY;

/** Months from March of the year -400 to "January of the year 0" less 1, so that January itself is 1. */
export const MONTHS_TO_YEAR_0 = 400 * 12 - 3;

/** Added to a day, it makes the weeks begin on Monday: 1970-01-01 was a Thursday. */
const DAYS_TO_MONDAY = 7 - ((DAYS_TO_EPOCH - 3) % 7);

/** @returns the first day of a month: "days_from_civil" in H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" */
export function firstDay(month: string): string {
  const leapDays = `intDiv(${month}, 48) - intDiv(${month}, 1200) + intDiv(${month}, 4800)`;
  return `intDiv(${month}, 12) * 365 + ${leapDays} + intDiv(modulo(${month}, 12) * 153 + 2, 5)`;
}

/**
 * @returns the number of the period that a day lies in, {@link periodOffset} above core's periodIndex. Months as in
 *   C. Neri and L. Schneider, "Euclidean affine functions and their application to calendar algorithms", which names
 *   the day three times only.
 */
export function periodOf(steps: Steps, period: Period, day: string): string {
  if (period === 'day') return day;
  if (period === 'week') return `intDiv(${day} + ${DAYS_TO_MONDAY}, 7)`;
  const quarters = steps.define('quarters', `toUInt64(${day}) * 4 + 3`);
  const ofCentury = steps.define('year_of_century', `bitOr(modulo(${quarters}, 146097), 3) * 2939745`);
  const month = `bitShiftRight(intDiv(bitAnd(${ofCentury}, 4294967295), 11758980) * 2141 + 197913, 16)`;
  return `intDiv(${quarters}, 146097) * 1200 + bitShiftRight(${ofCentury}, 32) * 12 + ${month} - 3`;
}

/** What a period of SQL is above core's. */
export function periodOffset(period: Period): number {
  if (period === 'day') return DAYS_TO_EPOCH;
  return period === 'week' ? (DAYS_TO_EPOCH - 3 + DAYS_TO_MONDAY) / 7 : MONTHS_TO_EPOCH;
}

/** @returns 1 for Monday to 7 */
export function weekday(day: string): string {
  return `modulo(${day} + ${DAYS_TO_MONDAY}, 7) + 1`;
}
