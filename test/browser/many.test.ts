import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { artifactWithReport, rows } from './support/history.ts';
import { SKIPPED, saved, signIn, site, tabStops } from './support/site.ts';

/** Written from right to left. */
const EGYPT = 'مصر (القاهرة)';
const MARKUP = '<img src=x onerror="window.hacked=1">';
const FORMULA = '=HYPERLINK("http://x")';
const PLUS = '+cmd|calc';
const COUNTRIES = [
  EGYPT,
  MARKUP,
  FORMULA,
  PLUS,
  ...Array.from({ length: 196 }, (_, at) => `Country ${String(at).padStart(3, '0')}`),
];

describe.skipIf(CHROMIUM === null)(`the console with 200 countries in Chromium${SKIPPED}`, () => {
  const house = site();
  const { live, visit } = house;
  beforeAll(async () => {
    const history = COUNTRIES.flatMap((country, at) =>
      rows(country, '30-60', [10 + (at % 40), ...Array.from({ length: 19 }, () => 10)]),
    );
    await live(await artifactWithReport(history), MARKUP);
  });

  const VIEWS = [
    { path: '/', there: '.finding-list' },
    { path: '/#/segments?of=recency_segment', there: '.heat' },
    { path: '/#/segments?of=combined_segment', there: '.heat-tall' },
    { path: '/#/try', there: 'form' },
    { path: '/#/campaign', there: 'form' },
    { path: '/#/what-if?of=recency_segment&fallback=country', there: '.heat' },
    { path: '/#/evaluation', there: '.scatter' },
    { path: '/#/glossary', there: '.glossary' },
  ];

  it.each(VIEWS)(
    'fits $path at 200 % zoom and on paper, with at most 30 stops of the keyboard',
    async (view) => {
      const { page, errors, close } = await visit(view.path, { width: 1280, scheme: 'dark' });
      await page.locator(view.there).first().waitFor();
      expect(await tabStops(page)).toBeLessThanOrEqual(30);
      // A window of 1280 pixels has half of them at 200 %.
      await page.setViewportSize({ width: 640, height: 400 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      // The colours of each view are those of a few countries, which console.test.ts and settings.test.ts look at.
      expect(await barriers(page, { contrast: false })).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      // A page of A4 across, without its margins.
      await page.setViewportSize({ width: 1000, height: 680 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await page.locator('button.button:visible, nav:visible').count()).toBe(0);
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
        'rgb(255, 255, 255)',
      );
      // What scrolls on a screen is whole on paper.
      const cut = await page
        .locator('.scroll')
        .evaluateAll((all) => all.filter((box) => box.scrollHeight > box.clientHeight + 1).length);
      expect(cut).toBe(0);
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      expect(errors).toEqual([]);
      await close();
    },
  );

  it('finds and orders countries, keeps the head in sight, and walks the map with the arrows', async () => {
    const { page, close } = await visit('/#/segments?of=recency_segment');
    await page.locator('.heat').waitFor();
    const names = () => page.locator('.heat tbody th').allTextContents();
    expect(await names()).toHaveLength(200);
    // What is too long for its place is cut at its end, which is on the left of what is written from right to left.
    const directionOf = (name: string) =>
      page.getByRole('rowheader', { name }).evaluate((head) => getComputedStyle(head).direction);
    expect([await directionOf(EGYPT), await directionOf('Country 000')]).toEqual(['rtl', 'ltr']);
    const box = page.locator('.scroll-tall');
    await box.evaluate((scroll) => scroll.scrollTo(0, 2000));
    const [head, frame] = [
      await page.locator('.heat thead th').first().boundingBox(),
      await box.boundingBox(),
    ];
    expect(Math.abs((head?.y ?? 0) - (frame?.y ?? 0))).toBeLessThan(4);
    await page.getByLabel('Order').selectOption('30-60, highest first');
    expect((await names())[0]).toBe('Country 035');
    expect(page.url()).toContain('sort=band.30-60');
    await page.getByLabel('Find a country').fill('country 19');
    expect(await names()).toHaveLength(6);
    await page.getByText('6 of 200 countries').waitFor();
    expect(page.url()).toContain('find=country+19');

    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    while (!/^Country/.test(await focused())) await page.keyboard.press('Tab');
    const first = await focused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^Country 19\d, 61-90/);
    await page.keyboard.press('Tab');
    expect(await focused()).not.toMatch(/^Country/);
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).not.toBe(first);
    await close();
  });

  it('keeps a band as it is beside a name that is written from right to left', async () => {
    const { page, close } = await visit(
      `/#/segments?of=recency_segment&at=${encodeURIComponent(EGYPT)}&band=30-60`,
    );
    const title = page.getByRole('dialog').getByRole('heading').first();
    const parts = title.locator('bdi');
    await parts.first().waitFor();
    expect(await parts.allTextContents()).toEqual([EGYPT, '30-60']);
    // The name is to the left of its band, and the digits of the band are in their order.
    const [name, band] = [await parts.first().boundingBox(), await parts.last().boundingBox()];
    expect(name?.x).toBeLessThan(band?.x ?? 0);
    const digits = await parts.last().evaluate((element) => {
      const at = (index: number) => {
        const range = document.createRange();
        range.setStart(element.firstChild as Node, index);
        range.setEnd(element.firstChild as Node, index + 1);
        return range.getBoundingClientRect().x;
      };
      return [at(0), at(3)] as const;
    });
    expect(digits[0]).toBeLessThan(digits[1]);
    await close();
  });

  it('never writes a name as a column of single letters on a phone', async () => {
    const { page, close } = await visit('/#/segments?of=recency_segment', { width: 390 });
    await page.locator('.heat tbody th').first().waitFor();
    const widths = await page
      .locator('.heat th:first-child')
      .evaluateAll((heads) => heads.map((head) => head.getBoundingClientRect().width));
    expect(Math.min(...widths)).toBeGreaterThan(80);

    // A band with a long name leaves the amounts where they are seen.
    const band = page.locator('.heat thead th').nth(1);
    await band.evaluate((head) => {
      head.textContent = 'zero to nine orders, the occasional customers of the house';
    });
    expect((await band.boundingBox())?.width).toBeLessThanOrEqual(162);

    // Bands are short: wide columns of them would leave no room for an amount.
    await page.getByLabel('Segment').selectOption('combined_segment');
    const cell = page.locator('.heat-tall .cell').first();
    await cell.waitFor();
    expect((await cell.boundingBox())?.x).toBeLessThan(300);
    await close();
  });

  it('shows markup in names as text', async () => {
    for (const path of [
      `/#/segments?of=recency_segment&at=${encodeURIComponent(MARKUP)}&band=30-60`,
      `/#/try?country_code=${encodeURIComponent(MARKUP)}&segment_name=recency_segment&last_order_ts=2026-03-01&as_of=2026-04-06&customer_id=1&ask=1`,
      '/#/versions',
    ]) {
      const { page, errors, close } = await visit(path);
      if (path.endsWith('versions')) await signIn(page);
      await page.locator('.answer bdi, dialog bdi, .list td').filter({ hasText: MARKUP }).first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      expect(await page.locator('main img, dialog img').count()).toBe(0);
      expect(errors).toEqual([]);
      await close();
    }
  });

  it('writes no cell of a CSV that a spreadsheet runs as a formula', async () => {
    const { page, close } = await visit('/#/segments?of=recency_segment');
    const table = await saved(page, () => page.getByRole('button', { name: 'Export as CSV' }).click());
    expect(table.text).toContain('"\'=HYPERLINK(""http://x"")"');
    expect(table.text).toContain("'+cmd|calc");
    // Of a campaign the names of the file and of the service's refusals go into the CSV.
    await page.getByRole('link', { name: 'Campaign' }).click();
    const file = `customer_id,country_code,last_order_ts\n=1+1,"${FORMULA.replaceAll('"', '""')}",2026-05-01\n@x,-1,2026-05-01\n+3,\tPeru,=soon\n`;
    await page
      .getByLabel('Customers, a CSV file')
      .setInputFiles({ name: '=x.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
    await page.getByLabel('Segment', { exact: true }).selectOption('recency_segment');
    await page.getByRole('button', { name: 'Get the vouchers' }).click();
    const campaign = await saved(page, () => page.getByRole('button', { name: 'Download as CSV' }).click());
    const body = campaign.text.split('\r\n').slice(1);
    expect(body.join('\n')).toContain("'=1+1");
    const cells = [table.text, ...body].join('\r\n').split(/\r\n|,(?=(?:[^"]*"[^"]*")*[^"]*$)/m);
    expect(cells.filter((cell) => /^"?[=+\-@\t\r]/.test(cell))).toEqual([]);
    await close();
  });

  it('says in one sentence what it needs where JavaScript is off', async () => {
    const context = await house.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(house.server.origin);
    const sentence = page.locator('main p').first();
    expect(await sentence.textContent()).toBe('The console needs JavaScript. The API reference does not.');
    const lines = await sentence.evaluate((element) => element.getClientRects().length);
    expect(lines).toBe(1);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await context.close();
  });
});
