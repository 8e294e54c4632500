import { existsSync } from 'node:fs';

/** Debian's browser; null if it is not installed, and then the tests that need one are skipped by name. */
export const CHROMIUM =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path)) ?? null;
