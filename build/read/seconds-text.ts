import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../src/core/time.ts';

/** The furthest second from 1970 that a Date can hold. */
const FURTHEST = 8_640_000_000_000;
/** Days from 1970 on whose text is kept: a century and more. */
const MOST_DAYS = 50_000;

const recent: (string | undefined)[] = new Array(MOST_DAYS);
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
  return `${dayOf(day)}${MINUTES[Math.floor(second / 60)]}${SECONDS[second % 60]}`;
}

/** @param day since 1970, of the years 0 to 9999 @returns its date with the T after it */
function dayOf(day: number): string {
  const known = recent[day];
  if (known !== undefined) return known;
  const text = new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, LENGTH_OF_DAY);
  if (day >= 0 && day < MOST_DAYS) recent[day] = text;
  return text;
}

const LENGTH_OF_DAY = 11;
/** Bytes for the text of a day and one more, so that they are four and four and four. */
export const ROOM_OF_DAY = 12;
/** The texts of days as bytes, side by side, which a cache of a processor holds; 0 where one was not asked for yet. The first is for days before. */
export const DAYS = new DataView(new ArrayBuffer(MOST_DAYS * ROOM_OF_DAY));

/** @returns where in DAYS the text of a day is, until the next one is asked for @param day since 1970, of the years 0 to 9999 */
export function placeOfDay(day: number): number {
  const place = day > 0 && day < MOST_DAYS ? day * ROOM_OF_DAY : 0;
  if (place === 0 || DAYS.getUint8(place) === 0) {
    const text = dayOf(day);
    for (let at = 0; at < LENGTH_OF_DAY; at++) DAYS.setUint8(place + at, text.charCodeAt(at));
  }
  return place;
}
