import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { CHROMIUM, LAUNCH } from '../../browser/support/chromium.ts';
import { atMost, type Bench } from '../bench.ts';
import { median } from '../support/statistics.ts';

const MOST_TRANSFER = 150 * 1024;

/** How soon a person sees something, and how much was moved until everything is there. */
export const consolePage: Bench = {
  name: 'console',
  about: 'first content and transfer of the console, from a local workerd to a cold browser',

  async *run({ quick, progress }) {
    const what = 'the overview of the console';
    if (CHROMIUM === null) {
      yield { what, because: 'there is no Chromium (Debian: apt-get install chromium-headless-shell)' };
      return;
    }
    // Loaded where they are used: that takes a second, and every bench would wait for it.
    const { chromium } = await import('playwright-core');
    const { serveWorker } = await import('../../browser/support/server.ts');
    const { buildWorker } = await import('../../support/built-worker.ts');
    const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-bench-'));
    const server = await serveWorker(await buildWorker(folder));
    try {
      const visits: Visit[] = [];
      for (let round = 0; round < (quick ? 2 : 9); round++) {
        progress(`visit ${round + 1}`);
        // A browser of its own each time: nothing is in its caches, not even compiled scripts.
        const browser = await chromium.launch(LAUNCH);
        visits.push(await visit(browser, server.origin));
        await browser.close();
      }
      const first = median(visits.map(({ firstContent }) => firstContent));
      const whole = median(visits.map(({ everything }) => everything));
      const bytes = Math.max(...visits.map((one) => one.bytes));
      yield {
        what: `${what}: first content`,
        ours: `${first.toFixed(0)} ms`,
        peer: '',
        ratio: first,
        target: null,
      };
      yield {
        what: `${what}: everything`,
        ours: `${whole.toFixed(0)} ms`,
        peer: '',
        ratio: whole,
        target: null,
      };
      yield {
        what: `${what}: transfer`,
        ours: `${(bytes / 1024).toFixed(1)} KiB`,
        peer: '150 KiB',
        ratio: bytes / MOST_TRANSFER,
        target: atMost(1),
      };
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  },
};

/** In milliseconds since the address was entered, and bytes as they came over the wire. */
interface Visit {
  firstContent: number;
  everything: number;
  bytes: number;
}

async function visit(browser: Browser, origin: string): Promise<Visit> {
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(origin);
  await page.locator('.finding-list, .all-well').waitFor();
  const [firstContent, everything] = await page.evaluate(() => [
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    performance.now(),
  ]);
  return { firstContent: firstContent ?? Number.NaN, everything: everything ?? Number.NaN, bytes };
}
