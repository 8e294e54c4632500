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

/** The views that the console loads when they are opened, and what they share. Their names have a hash. */
const PARTS = '/console/';

/** The same as routes: what the app refuses other methods at. */
export const CONSOLE_ROUTES: readonly string[] = [...CONSOLE_PATHS, `${PARTS}:file`];

/** @returns the path of the console that a request asks for; null for one that is the app's to answer */
export function consolePathOf(request: Request): string | null {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  // As the app finds it: a client may send a host that no URL can have.
  const asked = getPath(request);
  const isPart = asked.startsWith(PARTS) && /^[\w-]+\.js(?:on)?$/.test(asked.slice(PARTS.length));
  return isPart || CONSOLE_PATHS.some((path) => path === asked) ? asked : null;
}
