import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, launch, open, overflow } from './support/browser.ts';
import { type Server, serve } from './support/server.ts';

const WIDTHS = [360, 1280];
/** What is on a page once it is all there. */
const PAGES = [
  { path: '/', there: '.finding-list, .all-well' },
  { path: '/#/segments', there: '.heat' },
  { path: '/#/segments?of=combined_segment&by=rows', there: '.heat' },
  { path: '/#/try', there: 'form' },
  { path: '/#/versions', there: '#token' },
  { path: '/#/nowhere', there: '.state' },
  { path: '/docs', there: '.docs' },
];
const DATA_PAGES = PAGES.slice(0, 4);

describe.skipIf(CHROMIUM === null)(
  `the console in Chromium${CHROMIUM === null ? ' (there is none here)' : ''}`,
  () => {
    let server: Server;
    let browser: Browser;
    beforeAll(async () => {
      [server, browser] = await Promise.all([serve(), launch()]);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });

    const views = PAGES.flatMap((page) => WIDTHS.map((width) => ({ ...page, width })));

    it.each(views)(
      'shows $path at $width pixels with an empty KV, in both schemes',
      async ({ path, there, width }) => {
        const look = async (scheme: 'light' | 'dark') => {
          const { page, errors, foreign, close } = await open(browser, server.origin + path, {
            width,
            scheme,
          });
          await page.locator(there).first().waitFor();
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          expect(await barriers(page)).toEqual([]);
          expect(errors).toEqual([]);
          expect(foreign).toEqual([]);
          await close();
        };
        await Promise.all([look('light'), look('dark')]);
      },
    );

    const NO_ARTIFACT = JSON.stringify({
      title: 'No artifact is loaded',
      status: 503,
      code: 'no_artifact',
      detail: 'nothing is published',
      request_id: 'a-request',
    });
    const FAILURES = [
      {
        failing: 'cannot be reached',
        says: 'cannot be reached',
        fail: (page: Page) => page.route(isData, (route) => route.abort()),
      },
      {
        failing: 'has no artifact',
        says: 'nothing to answer from',
        fail: (page: Page) =>
          page.route(isData, (route) =>
            route.fulfill({ status: 503, contentType: 'application/problem+json', body: NO_ARTIFACT }),
          ),
      },
      {
        failing: 'is hidden by a proxy that fails',
        says: 'does not understand',
        fail: (page: Page) =>
          page.route(isData, (route) =>
            route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
          ),
      },
    ];
    const failing = FAILURES.flatMap((failure) => WIDTHS.map((width) => ({ ...failure, width })));

    it.each(failing)(
      'says so at $width pixels when the service $failing, and goes on when it is back',
      async ({ says, fail, width }) => {
        const look = async ({ path, there }: (typeof DATA_PAGES)[number]) => {
          const { page, close } = await open(browser, server.origin + path, { width, before: fail });
          const alert = page.getByRole('alert');
          await alert.waitFor();
          expect(await alert.textContent()).toContain(says);
          expect(await page.locator('h1').count()).toBe(1);
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          // Each kind of failure looks the same to axe: one is enough.
          if (says === FAILURES[1]?.says) expect(await barriers(page)).toEqual([]);
          await page.unroute(isData);
          await page.getByRole('button', { name: 'Try again' }).click();
          await page.locator(there).first().waitFor();
          await close();
        };
        await Promise.all(DATA_PAGES.map(look));
      },
    );

    it('says that it loads as long as it does', async () => {
      const gate = Promise.withResolvers<void>();
      const before = (page: Page) =>
        page.route(isData, async (route) => {
          await gate.promise;
          await route.continue();
        });
      const { page, close } = await open(browser, server.origin, { before });
      await page.getByRole('status').filter({ hasText: 'Loading what is live' }).waitFor();
      gate.resolve();
      await page.locator('.facts').waitFor();
      await page.locator('.finding-list, .all-well').waitFor();
      await close();
    });

    const SEGMENTS = ['recency_segment', 'frequency_segment', 'tenure_segment', 'combined_segment'];

    it.each(SEGMENTS)('answers the form for %s as the API answers', async (segment) => {
      const { page, close } = await open(browser, `${server.origin}/#/try`);
      await page.getByLabel('Segment').selectOption(segment);
      await page.getByLabel('Country').fill('peru');
      await page.getByLabel('Orders so far').fill('7');
      await page.getByLabel('Last order').fill('2026-05-01');
      await page.getByLabel('First order').fill('2025-11-01');
      await page.getByLabel('As of').fill('2026-07-01');
      await page.getByRole('button', { name: 'Get the voucher' }).click();
      const shown = await page.locator('.answer output').textContent();
      const response = await fetch(`${server.origin}/voucher?explain=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          customer_id: 'c-4711',
          country_code: 'peru',
          total_orders: 7,
          last_order_ts: '2026-05-01',
          first_order_ts: '2025-11-01',
          as_of: '2026-07-01',
          segment_name: segment,
        }),
      });
      const answer = (await response.json()) as { voucher_amount: number; explain: unknown[] };
      expect(Number(shown?.replaceAll(',', ''))).toBe(answer.voucher_amount);
      expect(await page.locator('.rung').count()).toBe(answer.explain.length);
      expect(await barriers(page)).toEqual([]);
      await close();
    });

    it('shows a call that gives the same answer when it is copied', async () => {
      const { page, close } = await open(browser, `${server.origin}/#/try`);
      await page.getByRole('button', { name: 'Get the voucher' }).click();
      const shown = await page.locator('.answer output').textContent();
      const curl = (await page.locator('.result pre').textContent()) ?? '';
      const body = /-d '([\s\S]+)'$/.exec(curl)?.[1]?.replaceAll("'\\''", "'") ?? '';
      const response = await fetch(`${server.origin}/voucher`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { voucher_amount } = (await response.json()) as { voucher_amount: number };
      expect(Number(shown)).toBe(voucher_amount);
      await page.getByLabel('TypeScript').check();
      expect(await page.locator('.result pre').textContent()).toContain(`fetch('${server.origin}/voucher'`);
      await close();
    });

    it('says at its field what is wrong with a customer, and goes there', async () => {
      const { page, close } = await open(browser, `${server.origin}/#/try`, { width: 360 });
      await page.getByLabel('Last order').fill('');
      await page.getByRole('button', { name: 'Get the voucher' }).click();
      await page.getByRole('alert').waitFor();
      const field = page.getByLabel('Last order');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
      expect(await barriers(page)).toEqual([]);
      await close();
    });

    it('writes names as they are, also where they begin a line', async () => {
      const { page, close } = await open(browser, `${server.origin}/#/try`);
      await page.getByRole('textbox', { name: 'Customer' }).fill('');
      await page.getByRole('button', { name: 'Get the voucher' }).click();
      const detail = page.getByRole('alert').locator('p').first();
      const fault = page.locator('.field-customer_id .fault');
      await fault.getByText(/^Expected /).waitFor();
      expect(await detail.textContent()).toMatch(/^customer_id: expected /);
      for (const text of [detail, fault]) expect(await firstLetter(text)).toBe('none');

      await page.getByRole('textbox', { name: 'Customer' }).fill('c-1');
      await page.getByLabel('Segment').selectOption('recency_segment');
      await page.getByLabel('Last order').fill('2026-07-01');
      await page.getByLabel('As of').fill('2026-07-02');
      await page.getByRole('button', { name: 'Get the voucher' }).click();
      const [first, last] = [page.locator('.rung-why').first(), page.locator('.rung-why').last()];
      await first.waitFor();
      expect(await first.textContent()).toMatch(/^recency_segment has no band for/);
      expect(await last.textContent()).toMatch(/^The default/);
      expect(await firstLetter(first)).toBe('none');
      await close();
    });

    it('is walked with the keyboard alone', async () => {
      const { page, close } = await open(browser, server.origin);
      await page.locator('.facts').waitFor();
      const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
      const walked: string[] = [];
      const links = ['Overview', 'Segments', 'Try it', 'Versions', 'Glossary', 'API'];
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
        tabs < 10 && !(await cell.evaluate((button) => button === document.activeElement));
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
      const { page, errors, close } = await open(browser, `${server.origin}/#/segments?of=frequency_segment`);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export as CSV' }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^frequency_segment-[0-9a-f]{16}\.csv$/);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const lines = Buffer.concat(chunks).toString().trimEnd().split('\r\n');
      expect(lines).toHaveLength(1 + 4 * 4);
      expect(lines[0]).toMatch(/^\uFEFFcountry,segment,band,voucher_amount,/);
      expect(errors).toEqual([]);
      await close();
    });

    it('moves at most 150 KiB until everything is shown', async () => {
      const { page, close } = await open(browser, 'about:blank');
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Network.enable');
      let bytes = 0;
      devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength;
      });
      await page.goto(server.origin);
      await page.locator('.finding-list, .all-well').waitFor();
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThanOrEqual(150 * 1024);
      await close();
    });
  },
);

/** What the style makes of the first letter of a text. */
function firstLetter(text: Locator): Promise<string> {
  return text.evaluate((element) => getComputedStyle(element, '::first-letter').textTransform);
}

/** Whether an address is of the API and not of the console's own files. */
function isData({ pathname }: URL): boolean {
  return /^\/(?:artifact|ready|voucher|versions)/.test(pathname);
}
