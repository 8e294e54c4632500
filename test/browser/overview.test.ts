import { beforeAll, describe, expect, it } from 'vitest';
import { rawRow } from '../support/histories.ts';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { artifactWithReport } from './support/history.ts';
import { SKIPPED, site } from './support/site.ts';

describe.skipIf(CHROMIUM === null)(`the overview in Chromium${SKIPPED}`, () => {
  const { live, visit } = site();
  beforeAll(async () => live(await artifactWithReport()));

  it.each([360, 768, 1440])('tells by clicks alone which rows were dropped, at %i pixels', async (width) => {
    const { page, errors, close } = await visit('/', { width, scheme: width === 768 ? 'dark' : 'light' });
    const lines = page.locator('.rows tbody tr');
    await lines.filter({ has: page.getByRole('button') }).waitFor();
    expect(await lines.evaluateAll((all) => all.map((line) => line.textContent))).toEqual([
      'Kept, with an amount of their own12598.4%',
      'Dropped: no country_codeExamples21.6%',
    ]);
    // The labels of the bar say the same to who sees, and its parts are as wide as their rows are many.
    expect(await page.locator('.rows-bar').textContent()).toBe('Own amount 98.4%Dropped 1.6%');
    const widths = await page
      .locator('.rows-part')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
    expect(widths[0]).toBeGreaterThan((widths[1] ?? 0) * 10);
    // No name is broken within a word, however narrow the page is.
    const heights = await lines
      .locator('th')
      .evaluateAll((heads) =>
        heads.map(
          (head) =>
            head.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(head).lineHeight),
        ),
      );
    for (const height of heights) expect(height).toBeLessThan(5);

    const button = page.getByRole('button', {
      name: 'Examples: no country_code',
    });
    await button.click();
    const dialog = page.getByRole('dialog', { name: 'no country_code' });
    const cells = await dialog
      .locator('tr')
      .evaluateAll((all) => all.map((line) => [...line.children].map(({ textContent }) => textContent)));
    expect(cells).toEqual([
      ['File', 'Line', 'country_code', 'total_orders'],
      ['history.csv', '127', '', '<b>3</b>'],
      ['history.csv', '128', ' ', '4'],
    ]);
    expect(await dialog.locator('b').count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await close();
  });

  it('gives times in UTC and relative, and in the reader’s own time zone on hover', async () => {
    const { page } = await visit('/', {
      before: (opened) => opened.clock.setFixedTime('2026-07-01T03:01:30Z'),
    });
    const time = page.locator('.figures time').first();
    await time.waitFor();
    expect(await time.textContent()).toBe('1 Jul 2026, 00:01 UTC (3 hours ago)');
    expect(await time.getAttribute('datetime')).toMatch(/^2026-07-01T00:01:00/);
    expect(await time.getAttribute('title')).toMatch(/1 July 2026 .* in your time zone$/);
    // Its clock is fixed: it is not used again.
    await page.context().close();
  });

  it('counts the kept rows that are in no band, and warns of an old history', async () => {
    const old = (lastOrder: string) => rawRow(['2018-04-06', 'Peru', lastOrder, '2017-06-01', '3', '10']);
    // 5 days after the last order: recency begins at 30.
    const gap = Array.from({ length: 10 }, () => old('2018-04-01'));
    await live(await artifactWithReport([...gap, ...Array.from({ length: 30 }, () => old('2018-03-01'))]));
    const { page, close } = await visit('/', { width: 360 });
    await page.getByText('Look at the newest row').waitFor();
    await page.locator('.no-band').waitFor();
    expect(await page.locator('.no-band tbody tr').allTextContents()).toEqual(['recency1025.0%']);
    await page
      .getByText(
        'Asked with that segment, such customers get the default, 0. With "fallback": ["country"] in the config they get',
      )
      .waitFor();
    await page.locator('.no-band').getByRole('link', { name: 'recency' }).click();
    await page.locator('.heat').waitFor();
    expect(page.url()).toMatch(/#\/segments\?of=recency_segment&by=rows$/);
    await close();
  });
});
