import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { artifactWithReport, HISTORY, REPORT } from './support/history.ts';
import { SKIPPED, saved, site } from './support/site.ts';

describe.skipIf(CHROMIUM === null)(`choosing settings in Chromium${SKIPPED}`, () => {
  const { live, visit } = site();
  beforeAll(async () => live(await artifactWithReport()));

  const change = (page: Page, cell: string) =>
    page
      .locator('.comparison tbody tr')
      .filter({ hasText: cell })
      .evaluate((line) => [...line.children].map(({ textContent }) => textContent));

  it('tells by clicks alone what changes if the median is served', async () => {
    const { page, errors, close } = await visit('/');
    await page.getByRole('link', { name: 'What if' }).click();
    await page.getByLabel('Segment', { exact: true }).selectOption('recency_segment');
    await page.getByLabel('Statistic', { exact: true }).selectOption('median');
    await page.locator('.config-changes').getByText('amount.statistic: mean → median').waitFor();
    // 40 rows of Peru would get 10 instead of 17.50, and the five thin ones 30 instead of 25.
    expect(await change(page, 'Peru recency 30-60')).toEqual([
      'Peru recency 30-60',
      '40',
      '17.50',
      '10.00',
      '−7.50 (−42.9%)',
    ]);
    expect(await page.getByRole('button', { name: /^Peru, 30-60/ }).textContent()).toBe('10');
    expect(await page.getByRole('button', { name: /^Peru, 91-120/ }).textContent()).toBe('30');
    expect(page.url()).toContain('of=recency_segment&statistic=median');
    // Nothing is changed: the result is a file.
    const { name, text } = await saved(page, () =>
      page.getByRole('button', { name: 'Save as a config' }).click(),
    );
    expect(name).toBe('voucher.json');
    expect(JSON.parse(text)).toMatchObject({ amount: { statistic: 'median' }, fallback: [] });
    expect(await barriers(page)).toEqual([]);
    expect(errors).toEqual([]);
    await page.reload();
    expect(await change(page, 'Peru recency 30-60')).toContain('10.00');
    await close();
  });

  it.each([360, 1440])(
    'says what the guards object to, and what needs a build, at %i pixels',
    async (width) => {
      const { page, close } = await visit('/#/what-if?of=recency_segment&default=5', {
        width,
        scheme: width === 360 ? 'dark' : 'light',
      });
      await page.locator('.finding').filter({ hasText: 'Change of an amount' }).waitFor();
      expect(await page.locator('.config-changes').allTextContents()).toEqual(['default_amount: 0 → 5']);
      expect(await page.getByRole('button', { name: /^Peru, 181\+/ }).textContent()).toBe('5.00 · default');
      await page.getByText('they need npm run build:artifact').waitFor();
      await page.getByLabel('Default amount').fill('-3');
      await page.getByLabel('Default amount').blur();
      await page.getByText('No cell with rows gives another amount.').waitFor();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);
      await close();
    },
  );

  it('gives a statistic to all segments, also to those that have one of their own', async () => {
    const { page, close } = await visit('/#/what-if?of=detailed_segment&statistic=mode');
    await page.locator('.config-changes').first().waitFor();
    const changes = (await page.locator('.config-changes').allTextContents()).join(' ');
    expect(changes).toContain('amount.statistic: mean → mode');
    expect(changes).toContain('detailed_segment.statistic: median → mode');
    // A person reads which part a band is of, and nothing of the parts that the cell does not look at.
    const cells = await page
      .getByRole('table', { name: /^The cells that|^\d+ cells?, / })
      .locator('tbody th')
      .allTextContents();
    expect(cells.filter((name) => /^\S+ combined: recency \d/.test(name))).not.toEqual([]);
    expect(cells.join()).not.toContain('*');
    await close();
  });

  it.each([360, 768, 1440])(
    'recommends the setting that was nearest on rows it had not seen, at %i pixels',
    async (width) => {
      const { page, errors, close } = await visit('/', { width, scheme: width === 768 ? 'dark' : 'light' });
      await page.getByRole('link', { name: 'Evaluation' }).click();
      await page.getByRole('heading', { name: 'Recommended: median by recency' }).waitFor();
      // (0.5 - 0.4) / 0.4 more.
      expect(await page.getByLabel('Recommended').textContent()).toContain(
        'What is live, the mean by recency, has an error of 50.0% of the average amount instead of 40.0%: 25.0% more.',
      );
      expect(await page.locator('.list tbody th').allTextContents()).toEqual([
        'median by recencyrecommended',
        'mean by recencylive',
        'mean by frequency',
      ]);
      const points = await page
        .locator('.point')
        .evaluateAll((all) =>
          all.map((point) => [point.getAttribute('class'), Number(point.getAttribute('cx'))] as const),
        );
      expect(points.map(([kind]) => kind)).toEqual([
        'point point-other',
        'point point-live',
        'point point-best',
      ]);
      // Spend grows to the right: 110 %, 100 %, 90 %.
      expect(points.map(([, x]) => x)).toEqual(points.map(([, x]) => x).toSorted((a, b) => b - a));
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    },
  );

  it('says how to evaluate a version that was not', async () => {
    await live(await artifactWithReport(HISTORY, { default_amount: 1 }, { ...REPORT, evaluation: null }));
    const { page, close } = await visit('/#/evaluation');
    await page.getByText('npm run build:artifact -- --report').waitFor();
    await close();
  });
});
