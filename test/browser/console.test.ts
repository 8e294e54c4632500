import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, type Opened, open, overflow } from './support/browser.ts';
import { SKIPPED, saved, site } from './support/site.ts';

const LOOKS = [
  [360, 'light'],
  [768, 'light'],
  [1440, 'dark'],
] as const;
/** What is on a page once it is all there. No two have the same, one after the other. */
const PAGES = [
  { path: '/', there: '.finding-list, .all-well' },
  { path: '/#/segments', there: '.heat' },
  { path: '/#/try', there: 'form' },
  { path: '/#/segments?of=combined_segment&by=rows', there: '.heat' },
  { path: '/#/campaign', there: 'form' },
  { path: '/#/what-if', there: '.heat' },
  { path: '/#/evaluation', there: '.state' },
  { path: '/#/glossary', there: '.glossary' },
  { path: '/#/versions', there: '#token' },
  { path: '/#/nowhere', there: '.state' },
  { path: '/docs', there: '.docs' },
  { path: '/docs/operators', there: '.runbook' },
];
const DATA_PAGES = PAGES.slice(0, 5);

describe.skipIf(CHROMIUM === null)(`the console in Chromium${SKIPPED}`, () => {
  const house = site();
  const { visit } = house;

  describe('in one window, which goes from page to page', () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await visit('/', { width: 360 });
    });
    afterAll(() => opened.close());

    it.each(PAGES)(
      'shows $path at four widths and in both schemes with an empty KV',
      async ({ path, there }) => {
        const { page, errors, foreign } = opened;
        await page.goto(house.server.origin + path);
        await page.locator(there).first().waitFor();
        for (const [width, colorScheme] of LOOKS) {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia({ colorScheme });
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          // Between the narrowest and the widest is nothing that neither of them has.
          if (width !== 768) expect(await barriers(page)).toEqual([]);
        }
        // The smallest phones, and a window of 1280 pixels at 400 % (WCAG 1.4.10).
        await page.setViewportSize({ width: 320, height: 800 });
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(errors).toEqual([]);
        expect(foreign).toEqual([]);
      },
    );
  });

  it('puts its own address into the examples of the API reference', async () => {
    for (const path of ['/docs', '/docs/operators']) {
      const { page, close } = await visit(path);
      const calls = await page.locator('pre[aria-label="Request"]').allTextContents();
      expect(calls.length).toBeGreaterThan(10);
      const { origin } = new URL(page.url());
      expect(calls.filter((call) => !call.includes(`'${origin}/`))).toEqual([]);
      await close();
    }
  });

  const NO_ARTIFACT = JSON.stringify({
    title: 'No artifact is loaded',
    status: 503,
    code: 'no_artifact',
    detail: 'nothing is published',
    request_id: 'a-request',
  });
  const FAILURES = [
    {
      says: 'cannot be reached',
      fail: (page: Page) => page.route(isData, (route) => route.abort()),
    },
    {
      says: 'No artifact is loaded',
      fail: (page: Page) =>
        page.route(isData, (route) =>
          route.fulfill({ status: 503, contentType: 'application/problem+json', body: NO_ARTIFACT }),
        ),
    },
    {
      says: 'does not understand',
      fail: (page: Page) =>
        page.route(isData, (route) =>
          route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
        ),
    },
  ] as const;

  it.each(DATA_PAGES)(
    'says so at $path when the service cannot be reached, has no artifact or is hidden by a proxy that fails, and goes on when it is back',
    async ({ path, there }) => {
      const [first, ...others] = FAILURES;
      const { page, close } = await visit(path, { width: 1440, before: first.fail });
      const alert = page.getByRole('alert');
      const again = page.getByRole('button', { name: 'Try again' });
      const isSaid = async (says: string) => {
        await alert.filter({ hasText: says }).waitFor();
        expect(await alert.count()).toBe(1);
        expect(await page.locator('h1').count()).toBe(1);
        for (const width of [1440, 360]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await overflow(page)).toBeLessThanOrEqual(0);
        }
      };
      await isSaid(first.says);
      for (const { fail, says } of others) {
        // The route that was added last is the one that answers.
        await fail(page);
        await again.click();
        await isSaid(says);
      }
      // Each kind of failure looks the same to axe: one is enough, and states.test.ts has another one in each view.
      if (path === '/') expect(await barriers(page)).toEqual([]);
      await page.unroute(isData);
      await again.click();
      await page.locator(there).first().waitFor();
      await close();
    },
  );

  it('says that it loads as long as it does', async () => {
    const gate = Promise.withResolvers<void>();
    const before = (page: Page) =>
      page.route(isData, async (route) => {
        await gate.promise;
        await route.continue();
      });
    const { page, close } = await visit('/', { before });
    await page.getByRole('status').filter({ hasText: 'Loading what is live' }).waitFor();
    gate.resolve();
    await page.locator('.figures').waitFor();
    await page.locator('.finding-list, .all-well').waitFor();
    await close();
  });

  it('is walked with the keyboard alone', async () => {
    const { page, close } = await visit('/');
    await page.locator('.figures').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    const walked: string[] = [];
    const links = [
      'Overview',
      'Segments',
      'Try it',
      'Campaign',
      'What if',
      'Evaluation',
      'Versions',
      'Glossary',
      'API',
    ];
    for (let tabs = 0; tabs < links.length + 2; tabs++) {
      await page.keyboard.press('Tab');
      walked.push(await focused());
    }
    expect(walked).toEqual(['Skip to the content', 'voucher-edge', ...links]);

    for (let tabs = 0; tabs < links.length - 2; tabs++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.locator('.heat').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');

    const cell = page.locator('button.cell').first();
    for (
      let tabs = 0;
      tabs < 20 && !(await cell.evaluate((button) => button === document.activeElement));
      tabs++
    ) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await cell.evaluate((button) => button === document.activeElement)).toBe(true);
    await close();
  });

  it('saves the table of a segment as CSV', async () => {
    const { page, errors, close } = await visit('/#/segments?of=frequency_segment');
    const { name, text } = await saved(page, () =>
      page.getByRole('button', { name: 'Export as CSV' }).click(),
    );
    expect(name).toMatch(/^frequency_segment-[0-9a-f]{16}\.csv$/);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 4 * 4);
    expect(lines[0]).toMatch(/^\uFEFFcountry,segment,band,voucher_amount,/);
    expect(errors).toEqual([]);
    await close();
  });

  it('moves at most 150 KiB until everything is shown', async () => {
    const { page, close } = await open(house.browser, 'about:blank');
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    let bytes = 0;
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(house.server.origin);
    await page.locator('.finding-list, .all-well').waitFor();
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(150 * 1024);
    await close();
  });
});

/** Whether an address is of the API and not of the console's own files. */
function isData({ pathname }: URL): boolean {
  return /^\/(?:artifact|ready|voucher|versions)/.test(pathname);
}
