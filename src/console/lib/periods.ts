import type { Period } from '../../core/period.ts';
import { day } from './format.ts';

const month = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });
const DAY_MS = 86_400_000;

/** @param name of a period in an artifact, such as 2026-07 or 2026-07-20: "Jul 2026", "20 Jul 2026" */
export function periodLabel(period: Period, name: string): string {
  const time = Date.parse(name);
  return Number.isNaN(time) ? name : (period === 'month' ? month : day).format(time);
}

/** The same where there is little room: "Jul ’26", "20 Jul". */
export function shortPeriodLabel(period: Period, name: string): string {
  const words = periodLabel(period, name).split(' ');
  if (period !== 'month') return words.slice(0, 2).join(' ');
  return words.map((word) => word.replace(/^\d\d(\d\d)$/, '’$1')).join(' ');
}

/** A period within a sentence: "Jul 2026", "the week from 20 Jul 2026". */
export function periodInWords(period: Period, name: string): string {
  return `${period === 'week' ? 'the week from ' : ''}${periodLabel(period, name)}`;
}

/** @returns the last day of a period, as YYYY-MM-DD */
export function lastDay(period: Period, name: string): string {
  const first = new Date(name);
  if (Number.isNaN(first.getTime())) return name;
  const last =
    period === 'month'
      ? Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)
      : first.getTime() + (period === 'week' ? 6 * DAY_MS : 0);
  return new Date(last).toISOString().slice(0, 10);
}
