import { monthIndex, SECONDS_PER_DAY } from './time.ts';

/** How finely the cube keeps time: the calendar month, the week from Monday, or the day, all of UTC. */
export const PERIODS = ['month', 'week', 'day'] as const;
export type Period = (typeof PERIODS)[number];

/** @returns the number of the period that holds `seconds`, counted from the one that holds 1970-01-01 */
export function periodIndex(period: Period, seconds: number): number {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  if (period === 'day') return day;
  if (period === 'week') return Math.floor((day + DAYS_FROM_MONDAY_TO_EPOCH) / 7);
  return monthIndex(day);
}

/** @returns the first second of a period, the inverse of {@link periodIndex} */
export function periodStart(period: Period, index: number): number {
  if (period === 'day') return index * SECONDS_PER_DAY;
  if (period === 'week') return (index * 7 - DAYS_FROM_MONDAY_TO_EPOCH) * SECONDS_PER_DAY;
  return new Date(0).setUTCFullYear(1970 + Math.floor(index / 12), ((index % 12) + 12) % 12, 1) / 1000;
}

/** @returns the period's name: `2018-07` for a month, the date of its first day for a week or a day */
export function periodName(period: Period, index: number): string {
  const date = new Date(periodStart(period, index) * 1000).toISOString();
  return date.slice(0, period === 'month' ? 7 : 10);
}

/** 1970-01-01 was a Thursday. */
const DAYS_FROM_MONDAY_TO_EPOCH = 3;
