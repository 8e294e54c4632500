/** The furthest second from 1970 that a Date can hold. */
const LAST_SECOND = 8_640_000_000_000;

/**
 * @param seconds since 1970
 * @returns the time as core's formatTime writes it, where its year is one of 0 to 9999; else a text that is no time for
 *   core, and for people names the year as ISO 8601 does, or the seconds where no Date can hold them
 */
export function secondsText(seconds: number): string {
  if (Math.abs(seconds) > LAST_SECOND) return String(seconds);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
