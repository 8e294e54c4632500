import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { artifactWithReport } from './support/history.ts';
import { variant } from './support/seed.ts';
import { SKIPPED, signIn, site, tabStops } from './support/site.ts';

const VIEWS = [
  { path: '/', there: '.finding-list' },
  { path: '/#/segments?of=recency_segment', there: '.heat' },
  { path: '/#/segments?of=combined_segment', there: '.heat-tall' },
  { path: '/#/try', there: 'form' },
  { path: '/#/campaign', there: 'form' },
  { path: '/#/what-if?of=recency_segment', there: '.heat' },
  { path: '/#/evaluation', there: '.scatter' },
];

/** Everything but the files of the console. */
const isData = ({ pathname }: URL) => /^\/(?:artifact|ready|guards|versions|uploads|runs)/.test(pathname);

describe.skipIf(CHROMIUM === null)(`views of the console in odd states, in Chromium${SKIPPED}`, () => {
  const house = site();
  const { live, visit } = house;
  beforeAll(async () => live(await artifactWithReport()));

  const isInOrder = async (page: Page) => {
    expect(await barriers(page)).toEqual([]);
    expect(await tabStops(page)).toBeLessThanOrEqual(30);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  };

  it.each(VIEWS)(
    'shows $path over a slow network that breaks down and comes back',
    async ({ path, there }) => {
      const slow = Promise.withResolvers<void>();
      const { page, close } = await visit(path, {
        width: 360,
        before: (opened) =>
          opened.route(isData, async (route) => {
            await slow.promise;
            await route.abort();
          }),
      });
      await page
        .getByRole('status')
        .filter({ hasText: /^Loading .+ …$/ })
        .first()
        .waitFor();
      await isInOrder(page);
      slow.resolve();
      await page.getByRole('alert').getByText('The service cannot be reached').first().waitFor();
      await isInOrder(page);
      await page.unroute(isData);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator(there).first().waitFor();
      await close();
    },
  );

  it('has at most 30 stops with many versions, whose buttons the arrow keys reach, and a hold', async () => {
    const names: string[] = [];
    for (let amount = 1; amount <= 12; amount++) {
      const artifact = await variant({ default_amount: amount });
      names.unshift(artifact.version);
      await live(artifact, `operator ${amount}`);
    }
    const { page, errors, close } = await visit('/#/versions');
    await signIn(page);
    await page.locator('.comparison').waitFor();
    expect(await page.getByRole('button', { name: 'Roll back to' }).count()).toBeGreaterThanOrEqual(11);
    await isInOrder(page);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.getByRole('button', { name: `Compare ${names[1]}` }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe(`Roll back to ${names[1]}`);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(`Roll back to ${names[2]}`);

    await page.getByRole('button', { name: 'Hold' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click();
    await page.getByText('Nothing replaces what is live until it is released.').waitFor();
    // What was live before the hold is the same version: the comparison is with the one before that.
    await page.locator('.comparison').waitFor();
    expect(await page.getByLabel('From').inputValue()).toBe(names[1]);
    await isInOrder(page);
    expect(errors).toEqual([]);
    await close();

    // The overview says why no newer version goes live, once the service has looked.
    const { origin } = house.server;
    while ((await (await fetch(`${origin}/ready`)).json()).hold === null) await delay(50);
    const overview = await house.visit('/', { width: 768, scheme: 'dark' });
    const finding = overview.page.locator('.finding').filter({ hasText: 'This version is held' });
    await finding
      .getByText(/^by .+ since .+ UTC\. Nothing replaces it until it is released, under Versions\.$/)
      .waitFor();
    await isInOrder(overview.page);
    await overview.close();
  });
});
