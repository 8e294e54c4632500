import { FIRST_SECOND, LAST_SECOND, SECONDS_PER_DAY } from '../../src/core/time.ts';

/** The furthest second from 1970 that a Date can hold. */
const FURTHEST = 8_640_000_000_000;
/** Days from 1970 on whose text is kept: a century and more. */
const MOST_DAYS = 50_000;
/** `YYYY-MM-DDT` */
const LENGTH_OF_DAY = 11;
/** Bytes for the text of a day and one more, so that they are four and four and four. */
const ROOM_OF_DAY = 12;
/** `YYYY-MM-DDTHH:MM:SSZ` */
export const LENGTH_OF_TIME = 20;
/** The texts of days as bytes, side by side; 0 where one was not asked for yet. The first place is for days before 1970. */
const DAYS = new DataView(new ArrayBuffer(MOST_DAYS * ROOM_OF_DAY));
const [DIGIT_0, COLON, LETTER_Z] = [48, 58, 90] as const;

/** @returns whether the year of a time is one of 0 to 9999 */
export function hasPlainYear(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

/**
 * Writes a time of such a year as core's formatTime does, put together of parts: a Date for each of a million times would
 * take most of the time.
 *
 * @param view of the bytes, of which there are {@link LENGTH_OF_TIME} from `at` on
 */
export function writeTime(seconds: number, view: DataView, at: number): void {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  const second = seconds - day * SECONDS_PER_DAY;
  const date = placeOfDay(day);
  for (let byte = 0; byte < ROOM_OF_DAY; byte += 4) view.setUint32(at + byte, DAYS.getUint32(date + byte));
  const clock = at + LENGTH_OF_DAY;
  two(view, clock, (second / 3600) | 0, COLON);
  two(view, clock + 3, ((second / 60) | 0) % 60, COLON);
  two(view, clock + 6, second % 60, LETTER_Z);
}

/** Writes a number below 100 in two digits, and a character after it. */
function two(view: DataView, at: number, number: number, then: number): void {
  const tens = (number / 10) | 0;
  view.setUint8(at, DIGIT_0 + tens);
  view.setUint8(at + 1, DIGIT_0 + number - tens * 10);
  view.setUint8(at + 2, then);
}

/** @param day since 1970, of the years 0 to 9999 @returns where in DAYS its text is, until the next one is asked for */
function placeOfDay(day: number): number {
  const place = day > 0 && day < MOST_DAYS ? day * ROOM_OF_DAY : 0;
  if (place === 0 || DAYS.getUint8(place) === 0) {
    const text = new Date(day * SECONDS_PER_DAY * 1000).toISOString();
    for (let at = 0; at < LENGTH_OF_DAY; at++) DAYS.setUint8(place + at, text.charCodeAt(at));
  }
  return place;
}

const written = Buffer.alloc(LENGTH_OF_TIME);
const writtenView = new DataView(written.buffer, written.byteOffset, LENGTH_OF_TIME);

/**
 * @param seconds since 1970
 * @returns the time as core's formatTime writes it, where its year is one of 0 to 9999; else a text that is no time for
 *   core, and for people names the year as ISO 8601 does, or the seconds where no Date can hold them
 */
export function secondsText(seconds: number): string {
  if (hasPlainYear(seconds)) {
    writeTime(seconds, writtenView, 0);
    return written.toString('latin1');
  }
  if (!(Math.abs(seconds) <= FURTHEST)) return String(seconds);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
