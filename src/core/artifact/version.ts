import * as z from 'zod/mini';

/** A version: the first 16 hexadecimal digits of a SHA-256. */
export const VERSION = /^[0-9a-f]{16}$/;
/** What is expected, for a sentence. */
export const A_VERSION = 'a version of 16 hexadecimal digits';

export const Version = z.string().check(z.regex(VERSION, A_VERSION));

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}
