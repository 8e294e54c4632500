import * as z from 'zod/mini';

/** A version: the first 16 hexadecimal digits of a SHA-256. */
const VERSION = /^[0-9a-f]{16}$/;

export const Version = z.string().check(z.regex(VERSION));

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}
