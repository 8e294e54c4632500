import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Artifact, sealArtifact } from '../../src/core/artifact/artifact.ts';
import { DEFAULT_DEPLOYMENT } from '../../src/core/config/defaults.ts';
import type { Statistic } from '../../src/core/estimate/schema.ts';
import { publish } from '../../src/core/publish/publish.ts';
import { artifactGiving } from '../support/artifacts.ts';
import { artifactOf, rawRow, shippedConfig } from '../support/histories.ts';
import { barriers, CHROMIUM, open, overflow } from './support/browser.ts';
import { publishThree, variant } from './support/seed.ts';
import { SKIPPED, serve, served, signIn, site } from './support/site.ts';

const KEY = 'the-key-of-a-test';

describe.skipIf(CHROMIUM === null)(`the details of the console's figures, in Chromium${SKIPPED}`, () => {
  const deployment = site();
  const { live, visit } = deployment;

  async function openCell(page: Page, cell: RegExp): Promise<void> {
    await page.getByRole('button', { name: cell }).first().click();
    await page.getByRole('dialog').waitFor();
  }

  const looks = [
    { width: 360, scheme: 'dark' },
    { width: 1280, scheme: 'light' },
  ] as const;

  it.each(looks)(
    'shows the trend of a cell as the API tells it, at $width pixels in $scheme',
    async (look) => {
      await live(await variant({}));
      const { page, errors, close } = await visit('/#/segments?of=recency_segment', look);
      await openCell(page, /^Peru, 61-90/);
      await page.getByText('As a table').click();
      const shown = await page
        .locator('.trend-table tbody tr')
        .evaluateAll((rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent)));
      const response = await fetch(
        `${deployment.server.origin}/artifact/segments?segment=recency_segment&trend=true`,
      );
      const { trend, countries } = (await response.json()) as {
        trend: { periods: string[] };
        countries: Record<
          string,
          { overall: Statistic; segments: Record<string, Record<string, Statistic>> }
        >;
      };
      const own = countries.Peru?.segments.recency_segment?.['61-90']?.trend;
      const whole = countries.Peru?.overall.trend;
      const digits = (value: number | null | undefined) => (value ?? Number.NaN).toFixed(2);
      expect(shown).toEqual(
        trend.periods.map((name, place) => [
          new Date(name).toLocaleString('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' }),
          String(own?.rows[place]),
          digits(own?.mean[place]),
          digits(whole?.mean[place]),
        ]),
      );
      expect(await page.locator('.trend-rows rect').count()).toBe(trend.periods.length);
      expect(
        await page.getByRole('img', { name: /^Mean of Peru, 61-90 by month: from .+ to .+/ }).count(),
      ).toBe(1);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    },
  );

  it('marks thin points, leaves gaps, and says which period is not whole', async () => {
    const weeks = ['2026-05-06', '2026-05-13', '2026-05-27'];
    const rows = weeks.flatMap((day, week) => [
      ...Array.from({ length: week === 0 ? 40 : 2 }, () =>
        rawRow([day, 'Peru', '2026-03-20', '', week === 1 ? '40' : '3', '20']),
      ),
    ]);
    await live(await artifactOf(rows, shippedConfig({ period: 'week' })));
    const { page, close } = await visit('/#/segments?of=frequency_segment');
    await openCell(page, /^Peru, 0-4/);
    const path = (name: string) => page.locator(name).getAttribute('d');
    const moves = (d: string | null, command: string) => d?.split(command).length ?? 0;
    expect(moves(await path('.trend-line:not(.trend-line-country)'), 'M')).toBe(3);
    expect(moves(await path('.trend-line:not(.trend-line-country)'), 'L')).toBe(1);
    expect(moves(await path('.trend-dot-thin'), 'h0')).toBe(2);
    expect(await page.locator('.trend').textContent()).toMatch(
      /the week from 4 May 2026 is not whole: the history begins on 6 May 2026\.the week from 25 May 2026 is not whole: the history ends on 27 May 2026/,
    );
    await close();
  });

  it('draws the rows alone where no amount is known, and says so', async () => {
    const days = ['2026-04-06', '2026-05-06', '2026-05-07'];
    const rows = days.flatMap((day) => [
      rawRow([day, 'Chile', '2026-03-01', '', '3', '']),
      rawRow([day, 'Peru', '2026-03-01', '', '3', '20']),
    ]);
    await live(await artifactOf(rows));
    for (const scheme of ['light', 'dark'] as const) {
      const look = { width: 360, scheme };
      const { page, errors, close } = await visit('/#/segments?of=frequency_segment', look);
      await openCell(page, /^Chile, 0-4/);
      const trend = page.locator('.trend');
      expect(await trend.locator('figcaption').textContent()).toBe('Rows by month');
      await trend.getByText('No mean is known: in these months no row has an amount.').waitFor();
      expect(await trend.textContent()).not.toMatch(/∞|NaN|this band/);
      expect(await trend.locator('.trend-lines').count()).toBe(0);
      expect(await trend.locator('.trend-rows rect').count()).toBe(2);
      expect(await page.getByRole('img', { name: /^Mean of Chile.* none is known/ }).count()).toBe(1);
      expect(await barriers(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
      await close();
    }
  });

  it.each([360, 1280])('has room for long names, and shows them as they are, at %i pixels', async (width) => {
    const long = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoogoch'.repeat(2);
    const rows = (country: string, amount: string) =>
      Array.from({ length: 40 }, (_, row) =>
        rawRow([
          '2026-04-06',
          country,
          '2026-01-01',
          '2025-06-01',
          String(row % 20),
          row % 4 === 0 ? '' : amount,
        ]),
      );
    await live(await artifactOf([...rows(long, '31857.3'), ...rows('de', '')]));
    const { page, errors, close } = await visit('/', { width });
    await page.getByText('bands have rows, and no amount').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);

    await page.goto(`${deployment.server.origin}/#/segments?of=combined_segment`);
    await page.locator('.heat-tall').waitFor();
    const column = await page.locator('.heat-tall thead th').filter({ hasText: long }).boundingBox();
    expect(column?.width).toBeLessThan(700);

    await page.goto(`${deployment.server.origin}/#/segments?of=frequency_segment`);
    await page.locator('.heat:not(.heat-tall)').waitFor();
    expect(await barriers(page)).toEqual([]);
    await openCell(page, /^de, 5-13/);
    const dialog = page.getByRole('dialog');
    const title = dialog.getByRole('heading', { name: 'de, 5-13' });
    expect(await title.evaluate((h2) => getComputedStyle(h2, '::first-letter').textTransform)).toBe('none');
    expect(await dialog.locator('.figures').textContent()).toMatch(/^Rows18Mean–/);
    expect(await dialog.getByText('only 18 rows').count()).toBe(0);
    await page.keyboard.press('Escape');
    await openCell(page, /^Llan.*, 5-13/);
    expect(await dialog.locator('.figures').textContent()).toMatch(/^Rows18 4 without an amountMean/);
    expect(await dialog.getByText('only 18 rows').count()).toBe(1);
    expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await live(await artifactGiving(20));
    await page.getByRole('link', { name: 'Versions' }).click();
    await signIn(page);
    const objection = page.locator('.finding').filter({ hasText: 'Countries lost' });
    await objection.getByText(/^At most 0 countries may be lost/).waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await close();
  });

  it.each([
    {
      what: 'the history has one period',
      artifact: () => artifactGiving(20),
      says: /All rows are of one month, Jul 2018: there is nothing to compare it with yet/,
    },
    {
      what: 'the version has too many cells for trends',
      artifact: async () => {
        const { table, statistics } = await artifactGiving(30);
        const countries = new Map(
          JSON.parse(JSON.stringify([...statistics.countries]), (key, value) =>
            key === 'trend' ? undefined : value,
          ),
        ) as Artifact['statistics']['countries'];
        return await sealArtifact({ ...table, ...statistics, countries, trend: undefined });
      },
      says: /This version has none/,
    },
  ])('says so where $what', async ({ artifact, says }) => {
    await live(await artifact());
    const { page, errors, close } = await visit('/#/segments?of=recency_segment', {
      width: 360,
    });
    await openCell(page, /^Peru, 30-60/);
    expect(await page.locator('.trend').textContent()).toMatch(says);
    expect(await page.locator('.trend svg').count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it('says that combinations have no trend', async () => {
    await live(await variant({}));
    const { page, close } = await visit('/#/segments?of=combined_segment');
    await page.locator('button.cell').first().click();
    expect(await page.locator('.trend').textContent()).toMatch(/Combinations have no trend/);
    await close();
  });

  it('asks for an API key where the deployment wants one, and keeps it to itself', async () => {
    const keyed = await serve({ API_KEYS: KEY });
    onTestFinished(keyed.stop);
    const artifact = await variant({});
    await publish(keyed.kv, artifact, { by: 'a test', now: Date.UTC(2026, 6, 1) });
    await served(keyed.origin, artifact.version);
    const { page, close } = await open(deployment.browser, `${keyed.origin}/#/try`, { width: 360 });
    const key = page.getByLabel('API key');
    const ask = page.getByRole('button', { name: 'Get the voucher' });
    const needed = page.getByRole('heading', { name: 'The request has no valid key or token' });
    await needed.waitFor();
    expect(await barriers(page)).toEqual([]);
    await key.fill('another-key');
    const held = Promise.withResolvers<void>();
    await page.route('**/artifact**', async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Continue' }).click();
    await needed.waitFor({ state: 'hidden' });
    held.resolve();
    await needed.waitFor();
    await key.fill(KEY);
    await page.getByRole('button', { name: 'Continue' }).click();
    await ask.click();
    await page.locator('.answer output').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    for (const language of ['curl', 'TypeScript']) {
      await page.getByLabel(language).check();
      const code = await page.locator('.result pre').textContent();
      expect(code).toContain('YOUR_API_KEY');
      expect(code).not.toContain(KEY);
    }
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.locator('.figures').waitFor();
    await page.getByRole('link', { name: 'Try it' }).click();
    expect(await key.inputValue()).toBe(KEY);
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(stored).toBe('[{},{},""]');
    await page.reload();
    await needed.waitFor();
    expect(await key.inputValue()).toBe('');
    await close();
  });

  it('shows the guards of the deployment, compared with the version before, to everybody', async () => {
    const artifacts = await publishThree(deployment.server.kv);
    await served(deployment.server.origin, artifacts.at(-1)?.version);
    const { page, errors, close } = await visit('/');
    const guard = (name: string) => page.locator('.guard-list tr').filter({ hasText: name });
    await guard('Rows dropped').waitFor();
    const { guards } = DEFAULT_DEPLOYMENT;
    expect(await guard('Rows dropped').textContent()).toContain(
      `at most ${guards.largest_share_dropped * 100}%`,
    );
    expect(await guard('Rows dropped').textContent()).toContain('passes');
    await page.getByText(/Compared with [0-9a-f]{8}, which was live before/).waitFor();
    // Serving the mean instead of the mode changes some amounts by more than half; the means stay.
    expect(await page.locator('.guard-list .pill').allTextContents()).toEqual([
      'does not pass',
      ...Array(8).fill('passes'),
    ]);
    const [, before, live] = artifacts.map(({ version }) => version);
    expect(await page.getByRole('link', { name: 'See what changed' }).getAttribute('href')).toBe(
      `#/versions?from=${before}&to=${live}`,
    );
    expect(errors).toEqual([]);
    await close();
  });

  it('says which guard the live version does not pass, by the values of the config', async () => {
    await live(await variant({}));
    const guards = { ...DEFAULT_DEPLOYMENT.guards, largest_share_dropped: 0.05, most_countries_lost: 2 };
    const before = (page: Page) =>
      page.route('**/ready', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), guards } });
      });
    const { page, close } = await visit('/', { before });
    await page.getByText('The guards stop a version that drops more than 5.0%').waitFor();
    const dropped = page.locator('.guard-list tr').filter({ hasText: 'Rows dropped' });
    expect(await dropped.textContent()).toMatch(/at most 5% of those read; here 8.1%.*does not pass/);
    expect(await page.locator('.guard-list').textContent()).toContain('at most 2');
    await close();
  });
});
