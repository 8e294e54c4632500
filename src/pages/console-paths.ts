import { getPath } from 'hono/utils/url';

/** The paths of the console and the API reference, which GET and HEAD are for. */
export const CONSOLE_PATHS = [
  '/',
  '/console.js',
  '/console.css',
  '/favicon.svg',
  '/docs',
  '/openapi.json',
] as const;

export type ConsolePath = (typeof CONSOLE_PATHS)[number];

/** @returns the path of the console that a request asks for; null for one that is the app's to answer */
export function consolePathOf(request: Request): ConsolePath | null {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  // As the app finds it: a client may send a host that no URL can have.
  const asked = getPath(request);
  return CONSOLE_PATHS.find((path) => path === asked) ?? null;
}
