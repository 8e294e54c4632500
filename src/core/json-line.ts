/**
 * What a terminal may obey, and what turns the order of the letters in it around: controls, marks of direction, and the line
 * ends of Unicode. JSON leaves DEL, C1 and all that comes after them as they are.
 */
export const STEERING = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** @returns JSON in one line, in which what can steer a terminal is escaped: programs read the same in it */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
