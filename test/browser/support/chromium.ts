import { existsSync } from 'node:fs';

/**
 * Debian's browser: chromium-headless-shell, which opens a page in a third of the time, or chromium. Null if neither is
 * installed, and then the tests that need one are skipped by name.
 */
export const CHROMIUM =
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
    existsSync(path),
  ) ?? null;

/** How it is started, by tests and benchmarks. */
export const LAUNCH = {
  ...(CHROMIUM !== null && { executablePath: CHROMIUM }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
