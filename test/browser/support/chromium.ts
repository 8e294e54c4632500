import { existsSync } from 'node:fs';

/**
 * Debian's browser: chromium-headless-shell, which opens a page in a third of the time, or chromium. Null if neither is
 * installed, and then the tests that need one are skipped by name.
 */
export const CHROMIUM =
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
    existsSync(path),
  ) ?? null;
