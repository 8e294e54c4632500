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
