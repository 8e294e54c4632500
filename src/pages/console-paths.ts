/** The paths of the console and the API reference, which GET and HEAD are for. */
export const CONSOLE_PATHS: readonly string[] = [
  '/',
  '/console.js',
  '/console.css',
  '/favicon.svg',
  '/docs',
  '/docs/operators',
  '/openapi.json',
];

/** Where the views lie that the console loads when they are opened, and what they share. Their names have a hash. */
export const PARTS = '/console/';

/** The same as routes. */
export const CONSOLE_ROUTES: readonly string[] = [...CONSOLE_PATHS, `${PARTS}:file`];
