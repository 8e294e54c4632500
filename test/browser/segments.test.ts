import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { artifactWithReport } from './support/history.ts';
import { SKIPPED, saved, site } from './support/site.ts';

describe.skipIf(CHROMIUM === null)(`the view of segments in Chromium${SKIPPED}`, () => {
  const { live, visit } = site();
  beforeAll(async () => live(await artifactWithReport()));

  const cell = (page: Page, name: RegExp) => page.getByRole('button', { name });
  const classOf = (page: Page, name: RegExp) => cell(page, name).getAttribute('class');

  it.each([
    ['light', 360, 'rgb(179, 89, 10)'],
    ['dark', 768, 'rgb(240, 166, 98)'],
  ] as const)(
    'shades a cell by its distance from its country’s mean, in %s at %i pixels',
    async (scheme, width, darkest) => {
      const { page, errors, close } = await visit('/#/segments?of=recency_segment', { scheme, width });
      await page.locator('.heat').waitFor();
      expect(await cell(page, /^Peru, 30-60/).textContent()).toBe('17.50');
      // 27 % below the mean, 26 % above it, and 5 % above it from five rows that differ.
      expect(await classOf(page, /^Peru, 30-60/)).toBe('cell lean-0');
      const colour = (one: Element) => getComputedStyle(one).backgroundColor;
      await expect.poll(() => cell(page, /^Peru, 30-60/).evaluate(colour)).toBe(darkest);
      expect(await page.locator('.swatch').first().evaluate(colour)).toBe(darkest);
      expect(await page.locator('.swatch.cell-thin').evaluate(colour)).toBe('rgba(0, 0, 0, 0)');
      expect(await classOf(page, /^Peru, 61-90/)).toBe('cell lean-6');
      expect(await classOf(page, /^Peru, 91-120/)).toBe('cell lean-3 cell-chance cell-thin');
      // The only band of a country is its mean.
      expect(await classOf(page, /^Chile, 30-60/)).toMatch(/^cell lean-3/);
      const legend = page.locator('.legend');
      expect(await legend.textContent()).toMatch(
        /30% below the country’s mean, or lower.*30% above.*may be chance, the country’s mean is in the 95% interval.*fewer than 30 rows.*no history/,
      );
      await page.getByRole('radio', { name: 'Rows' }).check();
      expect(await classOf(page, /^Peru, 91-120/)).toBe('cell step-0 cell-thin');
      expect(await cell(page, /^Peru, 91-120/).textContent()).toBe('5');
      expect(page.url()).toContain('by=rows');
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    },
  );

  it('breaks no band of a combination at 360 pixels, and has room for the amounts of all countries', async () => {
    const { page, close } = await visit('/#/segments?of=detailed_segment', { width: 360 });
    await page.locator('button.cell').first().waitFor();
    const lines = await page.locator('th.part:not(.any)').evaluateAll((bands) =>
      bands.map((band) => {
        const text = document.createRange();
        text.selectNodeContents(band);
        return new Set([...text.getClientRects()].map(({ top }) => Math.round(top / 8))).size;
      }),
    );
    expect(new Set(lines)).toEqual(new Set([1]));
    const ends = await page
      .locator('.heat-tall td')
      .evaluateAll((cells) => cells.map((one) => one.getBoundingClientRect().right));
    expect(Math.max(...ends)).toBeLessThanOrEqual(360);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await close();
  });

  it('writes the numbers of a map in one format, aligned right', async () => {
    const { page, close } = await visit('/#/segments?of=recency_segment');
    await page.locator('.heat').waitFor();
    const texts = await page.locator('button.cell').filter({ hasNotText: 'default' }).allTextContents();
    expect(texts).toEqual(['100.00', '17.50', '30.00', '25.00']);
    const styles = await cell(page, /^Peru, 30-60/).evaluate((button) => {
      const { textAlign, fontVariantNumeric } = getComputedStyle(button);
      return [textAlign, fontVariantNumeric];
    });
    expect(styles).toEqual(['right', 'tabular-nums']);
    await close();
  });

  it('tells by clicks alone whether a band is thin, and how sure its mean is', async () => {
    const { page, close } = await visit('/');
    await page.getByRole('link', { name: 'Segments' }).click();
    await page.getByLabel('Segment', { exact: true }).selectOption('recency_segment');
    await cell(page, /^Peru, 91-120: .*5 rows, thin/).click();
    const dialog = page.getByRole('dialog', { name: 'Peru, 91-120' });
    await dialog.getByText('only 5 rows').waitFor();
    // 25 ± 2.78 × 6.71: few rows make the interval wide.
    expect(await dialog.locator('.certainty').textContent()).toMatch(
      /With 95% confidence .* between 6 and 44, from 5 rows\./,
    );
    expect(page.url()).toMatch(/#\/segments\?of=recency_segment&at=Peru&band=91-120$/);
    expect(await barriers(page)).toEqual([]);
    await page.goBack();
    await dialog.waitFor({ state: 'detached' });
    await page.goForward();
    await dialog.waitFor();
    await close();
  });

  it('shows 0 by default where a band has no rows, and what would change it', async () => {
    const { page, close } = await visit('/#/segments?of=recency_segment');
    const empty = cell(page, /^Peru, 181\+: 0 · default, no history$/);
    expect(await empty.textContent()).toBe('0 · default');
    expect(await empty.getAttribute('class')).toBe('cell cell-empty');
    await empty.click();
    const dialog = page.getByRole('dialog', { name: 'Peru, 181+' });
    expect(await dialog.textContent()).toMatch(
      /no row here, so customers of this band get the default amount\..*"fallback": \["country"\].*whose mean is 23\.82.*"default_amount"/,
    );
    await dialog.getByRole('link', { name: 'See what would change' }).first().click();
    await page.getByRole('heading', { name: 'What if' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(page.url()).toMatch(/#\/what-if\?of=recency_segment&fallback=country$/);
    expect(await cell(page, /^Peru, 181\+/).textContent()).toBe('23.82 · country');
    await close();
  });

  it('filters combinations by each part and by country, and keeps the filters in the address', async () => {
    const { page, close } = await visit('/#/segments?of=combined_segment');
    await page.locator('.heat-tall').waitFor();
    const heads = page.locator('.heat-tall thead th');
    expect(await heads.allTextContents()).toEqual(['recency', 'frequency', 'tenure', 'Peru', 'Chile']);
    const parts = () =>
      page
        .locator('.heat-tall tbody tr:not(.level)')
        .evaluateAll((lines) =>
          lines.map((line) => [...line.querySelectorAll('th')].map(({ textContent }) => textContent)),
        );
    await page.getByLabel('Recency').selectOption('61-90');
    expect(new Set((await parts()).map(([recency]) => recency))).toEqual(new Set(['61-90']));
    await page.getByLabel('Frequency').selectOption('not looked at');
    const filtered = await parts();
    expect(filtered.length).toBeGreaterThan(0);
    expect(new Set(filtered.map(([, frequency]) => frequency))).toEqual(new Set(['any']));
    expect(new URLSearchParams(page.url().split('?')[1]).get('part.recency_segment')).toBe('61-90');
    // Levels are apart, each under what it looks at.
    await page.getByLabel('Frequency').selectOption('all');
    expect(await page.locator('.level').allTextContents()).toEqual(['recency × frequency', 'recency']);
    // Chile has no row in 61-90.
    await page.getByLabel('Country or band').fill('chi');
    await page.getByText('No combination fits.').waitFor();
    await page.getByLabel('Recency').selectOption('all');
    expect(await heads.allTextContents()).toEqual(['recency', 'frequency', 'tenure', 'Chile']);
    expect(page.url()).toContain('find=chi');
    await page.goBack();
    expect(await page.getByLabel('Recency').inputValue()).toBe('61-90');
    await close();
  });

  it('leads from each term to the glossary, and saves all segments in one file', async () => {
    const { page, errors, close } = await visit('/#/segments?of=recency_segment');
    await page.getByRole('link', { name: 'band', exact: true }).click();
    const term = page.locator('.term-asked');
    await term.waitFor();
    expect(await term.locator('dt').textContent()).toBe('band');
    expect(page.url()).toMatch(/#\/glossary\?term=band$/);
    const terms = await page.locator('.glossary dt').allTextContents();
    expect(terms).toEqual(expect.arrayContaining(['segment', 'band', 'level', 'default', 'rows', 'spend']));
    await page.goBack();
    const { name, text } = await saved(page, () =>
      page.getByRole('button', { name: 'Export all segments' }).click(),
    );
    expect(name).toMatch(/^segments-[0-9a-f]{16}\.csv$/);
    const lines = text.trimEnd().split('\r\n');
    const segments = new Set(lines.slice(1).map((line) => line.split(',')[1]));
    expect(segments).toContain('recency_segment');
    expect(segments).toContain('combined_segment');
    const [low, high] = [9, 10];
    const peru = lines.find((line) => line.startsWith("Peru,recency_segment,'30-60,17.5,"))?.split(',');
    expect([peru?.[low], peru?.[high]].map(Number).map((value) => value.toFixed(2))).toEqual([
      '14.46',
      '20.54',
    ]);
    expect(errors).toEqual([]);
    await close();
  });
});
