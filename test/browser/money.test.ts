import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { artifactWithReport, HISTORY, rows } from './support/history.ts';
import { SKIPPED, site } from './support/site.ts';

describe.skipIf(CHROMIUM === null)(`money in Chromium${SKIPPED}`, () => {
  const { live, visit } = site();
  beforeAll(async () =>
    live(await artifactWithReport(HISTORY, { countries: { peru: { currency: 'PEN', round_to: 5 } } })),
  );

  it('has its currency in the map, in a cell and in an answer', async () => {
    const { page, errors, close } = await visit('/#/segments?of=recency_segment');
    await page.getByRole('rowheader', { name: 'Peru PEN' }).waitFor();
    expect(await page.getByRole('rowheader', { name: 'Chile' }).textContent()).toBe('Chile');
    // The mean of Peru is 17.50, and its amounts are multiples of 5.
    await page.getByRole('button', { name: /^Peru, 30-60: 20,/ }).click();
    expect(await page.locator('.served-amount').textContent()).toBe('20\u00a0PEN');
    await close();
    const asked = await visit(
      '/#/try?segment_name=recency_segment&country_code=Peru&last_order_ts=2026-03-01&as_of=2026-04-10&customer_id=7&ask=1',
    );
    await asked.page.locator('.answer-amount').waitFor();
    expect(await asked.page.locator('.answer-amount').textContent()).toBe('20\u00a0PEN');
    expect([...errors, ...asked.errors]).toEqual([]);
    await asked.close();
  });

  it.each([360, 1440])(
    'is rounded in What if to an amount that was given, and summed by currency, at %i pixels',
    async (width) => {
      const { page, errors, close } = await visit('/#/what-if?of=recency_segment', { width });
      await page.getByLabel('Statistic', { exact: true }).selectOption('median');
      const table = page.getByRole('table', { name: 'If every row of the history were asked for once' });
      await table.getByText('in PEN').first().waitFor();
      const names = await table.locator('tbody th').allTextContents();
      // The segment that is asked for comes first, then those whose spend changes most.
      expect(names.slice(0, 3)).toEqual([
        expect.stringMatching(/^by recency: \d+ of \d+ rows get another amount$/),
        'in PEN',
        'in Chile',
      ]);
      await page.getByLabel('Round to').selectOption('given');
      expect(await page.getByLabel('Of', { exact: true }).count()).toBe(0);
      await page.getByText('amount.round_to: 0.01 → nearest_given_amount').waitFor();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    },
  );

  it('is written as it is served, in thousandths or in trillions, and never cut off on a phone', async () => {
    const amounts = (country: string, amount: number) =>
      rows(
        country,
        '30-60',
        Array.from({ length: 40 }, () => amount),
      );
    const history = [...amounts('Kuwait', 6.529), ...amounts('Indonesia', 1_169_708_355_280)];
    const countries = {
      kuwait: { currency: 'KWD', round_to: 0.001 },
      indonesia: { currency: 'IDR', round_to: 1 },
    };
    await live(await artifactWithReport(history, { countries }));
    for (const [country, text] of [
      ['Kuwait', '6.529\u00a0KWD'],
      ['Indonesia', '1,169,708,355,280\u00a0IDR'],
    ]) {
      const { page, close } = await visit(`/#/segments?of=recency_segment&at=${country}&band=30-60`, {
        width: 360,
      });
      const amount = page.locator('.served-amount');
      await amount.waitFor();
      expect(await amount.textContent()).toBe(text);
      const dialog = await page.getByRole('dialog').boundingBox();
      const box = await amount.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan((dialog?.x ?? 0) + (dialog?.width ?? 0));
      await close();
    }
  });

  it('is written in a map as its own currency is, and combinations have room for it on a phone', async () => {
    const amounts = (country: string, given: number[]) =>
      rows(
        country,
        '30-60',
        Array.from({ length: 40 }, (_, index) => given[index % given.length] ?? 0),
      );
    const history = [
      ...amounts('Kuwait', [2.25]),
      ...amounts('Indonesia', [100_000]),
      ...amounts('Japan', [1500]),
      ...amounts('Germany', [15, 16]),
    ];
    const countries = Object.fromEntries(
      Object.entries({ kuwait: 'KWD', indonesia: 'IDR', japan: 'JPY', germany: 'EUR' }).map(
        ([country, currency]) => [country, { currency }],
      ),
    );
    await live(await artifactWithReport(history, { countries }));
    const shown = {
      recency_segment: ['2.25', '100,000', '1,500', '15.50'],
      detailed_segment: ['2.25', '100,000', '1,500', '15', '16'],
    };
    for (const [segment, amounts] of Object.entries(shown)) {
      const { page, close } = await visit(`/#/segments?of=${segment}`, { width: 360 });
      await page.locator('button.cell').first().waitFor();
      const texts = await page.locator('button.cell').filter({ hasNotText: 'default' }).allTextContents();
      expect(new Set(texts)).toEqual(new Set(amounts));
      // A text that is wider than its cell lies under the next one.
      const cut = await page
        .locator('button.cell, .heat-tall thead th:not(.part-head)')
        .evaluateAll((cells) =>
          cells.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
        );
      expect(cut).toEqual([]);
      await close();
    }
  });
});
