import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../src/core/time.ts';

/** The furthest second from 1970 that a Date can hold. */
const FURTHEST = 8_640_000_000_000;
/** Days from 1970 on whose text is kept: a century and more. */
const MOST_DAYS = 50_000;

/** The date of a time, with the T after it. */
interface Day {
  text: string;
  bytes: Uint8Array;
}

const recent: (Day | undefined)[] = new Array(MOST_DAYS);
const two = (number: number) => String(number).padStart(2, '0');
const MINUTES = Array.from(
  { length: 1_440 },
  (_, minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}:`,
);
const SECONDS = Array.from({ length: 60 }, (_, second) => `${two(second)}Z`);

/**
 * @param seconds since 1970
 * @returns the time as core's formatTime writes it, where its year is one of 0 to 9999; else a text that is no time for
 *   core, and for people names the year as ISO 8601 does, or the seconds where no Date can hold them
 */
export function secondsText(seconds: number): string {
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) {
    if (!(Math.abs(seconds) <= FURTHEST)) return String(seconds);
    return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  }
  // Put together of parts: a Date for each of a million times would take most of the time.
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  const second = seconds - day * SECONDS_PER_DAY;
  return `${dayOf(day).text}${MINUTES[Math.floor(second / 60)]}${SECONDS[second % 60]}`;
}

/** @param day since 1970, of the years 0 to 9999 */
export function dayOf(day: number): Day {
  const known = recent[day];
  if (known !== undefined) return known;
  const text = new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 11);
  const found = { text, bytes: Buffer.from(text) };
  if (day >= 0 && day < MOST_DAYS) recent[day] = found;
  return found;
}
