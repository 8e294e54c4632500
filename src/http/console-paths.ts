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
export function consolePathOf({ method, url }: Request): ConsolePath | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  const { pathname } = new URL(url);
  return CONSOLE_PATHS.find((path) => path === pathname) ?? null;
}
