import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { artifactOf, rawRow } from '../support/histories.ts';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import type { Server } from './support/server.ts';
import { SKIPPED, saved, site } from './support/site.ts';

const post = (server: Server, path: string, body: unknown) =>
  fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Peru with 40 rows of 10 or 30 in 30-60 days, and nothing else. */
async function history() {
  const rows = Array.from({ length: 40 }, (_, row) =>
    rawRow(['2026-04-06', 'Peru', '2026-03-01', '2025-06-01', String(row % 20), row % 2 ? '30' : '10']),
  );
  return await artifactOf(rows);
}

describe.skipIf(CHROMIUM === null)(`asking the console for vouchers, in Chromium${SKIPPED}`, () => {
  const house = site();
  const { visit } = house;
  beforeAll(async () => house.live(await history()));

  const ask = async (page: Page) => {
    await page.getByRole('button', { name: 'Get the voucher' }).click();
  };

  /** @returns the answer for a last order of 39 days before */
  const askByRecency = async (page: Page) => {
    await page.getByLabel('Segment').selectOption('recency_segment');
    await page.getByLabel('Last order').fill('2026-06-01');
    await page.getByLabel('As of').fill('2026-07-10');
    await ask(page);
    const answer = page.locator('.answer');
    await answer.waitFor();
    return answer;
  };

  it('tells by clicks alone what a customer gets, how sure that is and why, and leads to the cell', async () => {
    const { page, errors, close } = await visit('/', { width: 1440 });
    await page.getByRole('link', { name: 'Try it' }).click();
    const answer = await askByRecency(page);
    expect(await answer.locator('output').textContent()).toBe('20');
    expect(await answer.textContent()).toMatch(
      /For Peru, recency 30-60, from 40 rows of history\..*With 95% confidence.*is between 16\.86 and 23\.14, from 40 rows\./,
    );
    expect(await answer.locator('.rung .pill-good').textContent()).toBe('answers');
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('link', { name: 'See the cell Peru, 30-60' }).click();
    await page.getByRole('dialog', { name: 'Peru, 30-60' }).waitFor();
    await page.goBack();
    await answer.waitFor();
    expect(await page.getByLabel('Last order').inputValue()).toBe('2026-06-01');
    expect(errors).toEqual([]);
    await close();
  });

  it('answers, and takes a file of customers, where the statistics are too large to be read', async () => {
    const { page, close } = await visit('/', {
      before: (opened) =>
        opened.route(/\/artifact\/segments/, (route) =>
          route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              status: 503,
              code: 'statistics_unavailable',
              title: '',
              detail: 'too large',
            }),
          }),
        ),
    });
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByLabel('Name of the country').fill('peru');
    const answer = await askByRecency(page);
    expect(await answer.locator('output').textContent()).toBe('20');
    expect(await answer.locator('.rung-name').first().textContent()).toBe('recency 30-60');

    await page.getByRole('link', { name: 'Campaign' }).click();
    const buffer = Buffer.from('customer_id,country_code,total_orders\n1,Peru,3\n2,Narnia,3\n');
    await page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer });
    await page.getByLabel('Segment').selectOption('frequency_segment');
    await page.getByRole('button', { name: 'Get the vouchers' }).click();
    await page.getByText('1: the history has no amount for their country and band').waitFor();

    // To try again would not help.
    await page.getByRole('link', { name: 'Segments' }).click();
    await page
      .getByRole('heading', { name: 'The statistics of the artifact cannot be read; answers go on' })
      .waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await close();
  });

  it('keeps the question in the address, so that it can be shared, and goes back and forward', async () => {
    const question =
      '/#/try?country_code=peru&segment_name=recency_segment&last_order_ts=2026-06-01&as_of=2026-07-10&customer_id=7&ask=1';
    const { page, close } = await visit(question);
    await page.locator('.answer').getByText('20', { exact: true }).waitFor();
    expect(await page.getByLabel('Country').inputValue()).toBe('Peru');
    await page.getByLabel('Last order').fill('2026-05-01');
    await ask(page);
    await page.locator('.answer').getByText('0', { exact: true }).waitFor();
    expect(page.url()).toContain('last_order_ts=2026-05-01');
    await page.goBack();
    await page.locator('.answer').getByText('20', { exact: true }).waitFor();
    expect(await page.getByLabel('Last order').inputValue()).toBe('2026-06-01');
    await close();
  });

  it('shows a 0 by default as a warning, with what would change it, and takes a country of no list', async () => {
    const { page, close } = await visit('/#/try', { width: 360, scheme: 'dark' });
    await page.getByLabel('Country', { exact: true }).selectOption({ label: 'another country …' });
    await page.getByLabel('Name of the country').fill('Narnia');
    await ask(page);
    const answer = page.locator('.answer');
    await answer.getByText('Nothing in the history answers for this customer').waitFor();
    expect(await answer.locator('output').textContent()).toBe('0');
    expect(await answer.locator('.pill-good').count()).toBe(0);
    expect(await answer.locator('.rung-default .pill-warn').count()).toBe(1);
    expect(await answer.getByRole('link', { name: 'See what would change' }).getAttribute('href')).toBe(
      '#/what-if?of=detailed_segment',
    );
    // Of this country there is nothing to fall back to.
    await answer.getByText('The history has no rows of this country.').waitFor();
    expect(await answer.textContent()).not.toContain('"fallback"');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await barriers(page)).toEqual([]);
    await close();
  });

  it('names the parts of a combination, and the statistic that is served', async () => {
    const { page, close } = await visit('/#/try', { width: 360 });
    await page.getByLabel('Segment', { exact: true }).selectOption('detailed_segment');
    await page.getByLabel('Country', { exact: true }).selectOption('Peru');
    await ask(page);
    const rung = page.locator('.rung-name').first();
    await rung.waitFor();
    expect(await rung.textContent()).toMatch(/^recency \d+-\d+ × volume [\d-]+.* × total orders /);
    expect(await page.locator('.answer-why').textContent()).toMatch(
      /of history\. The amount is their median\.$/,
    );
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await close();
  });

  it('says at its field what is wrong, in the words of the form, and goes there', async () => {
    const { page, close } = await visit('/#/try', { width: 360 });
    await page.getByLabel('Segment', { exact: true }).selectOption('recency_segment');
    await page.getByLabel('Last order').fill('');
    await page.getByRole('textbox', { name: 'Customer' }).fill('');
    await ask(page);
    await page.getByRole('alert').getByText('field needs another value').waitFor();
    const field = page.getByRole('textbox', { name: 'Customer' });
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.locator('.fault').allTextContents()).toEqual([
      ' Enter anything that identifies the customer.',
    ]);
    await field.fill('c-1');
    await ask(page);
    await page.getByText('This segment needs the day of the last order.').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/expected|schema|got nothing/);
    expect(await barriers(page)).toEqual([]);
    await close();
  });

  it.each(['recency_segment', 'combined_segment'])(
    'gives the answer of the API for %s, and a call that repeats it',
    async (segment) => {
      const body = {
        customer_id: 'c-4711',
        country_code: 'Peru',
        total_orders: 7,
        last_order_ts: '2026-06-01',
        first_order_ts: '2025-11-01',
        as_of: '2026-07-10',
        segment_name: segment,
      };
      const query = new URLSearchParams({ ...body, total_orders: '7', ask: '1' });
      const { page, close } = await visit(`/#/try?${query}`);
      const shown = await page.locator('.answer output').textContent();
      const answer = (await (await post(house.server, '/voucher?explain=true', body)).json()) as {
        voucher_amount: number;
        explain: unknown[];
      };
      expect(Number(shown)).toBe(answer.voucher_amount);
      expect(await page.locator('.rung').count()).toBe(answer.explain.length);
      const curl = (await page.locator('.result pre').textContent()) ?? '';
      const copied = JSON.parse(/-d '([\s\S]+)'$/.exec(curl)?.[1]?.replaceAll("'\\''", "'") ?? '');
      expect(copied).toEqual(body);
      await page.getByLabel('TypeScript').check();
      const code = await page.locator('.result pre').textContent();
      expect(code).toContain("import { createClient } from 'voucher-edge/client';");
      expect(code).toContain(`createClient('${house.server.origin}')`);
      await close();
    },
  );

  const CUSTOMERS = 10_000;
  /** Every 100th has no country of the history, every 1000th unreadable orders; one of four is in 30-60 days. */
  const customers = () => {
    const lines = Array.from({ length: CUSTOMERS }, (_, at) => {
      const country = at % 100 === 99 ? 'Narnia' : at % 2 ? 'PERU' : 'Peru';
      const last = at % 4 === 0 ? '2026-06-01' : '2026-01-01';
      return `c${at};${country};${at % 1000 === 500 ? 'many' : at % 30};${last}`;
    });
    return Buffer.from(`customer;country;orders;last order\r\n${lines.join('\r\n')}\r\n`);
  };

  it('tells by clicks alone what a list of 10,000 customers costs, and who gets the default and why', async () => {
    const { page, errors, close } = await visit('/', { width: 768 });
    const stored: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') stored.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    await page.getByRole('link', { name: 'Campaign' }).click();
    await page
      .getByLabel('Customers, a CSV file')
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: customers() });
    await page.getByLabel('Segment', { exact: true }).selectOption('recency_segment');
    await page.getByLabel('As of').fill('2026-07-10');
    await page.getByRole('button', { name: 'Get the vouchers' }).click();
    await page.getByRole('heading', { name: '9,990 customers answered' }).waitFor();
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).toMatch(
      /7,500 customers get the default.*100: the history has no rows of their country.*7,400: the history has no amount for their band/,
    );
    expect(text).toContain('"fallback": ["country"] in the config would give 7,400 of them the amount of');
    const rows = await page.locator('.list').first().locator('tbody tr').allTextContents();
    // 2,490 of Peru are in 30-60 days and were read, at 20 each.
    expect(rows).toEqual(['Peru9,89049,8002,49007,400', 'Narnia100000100']);
    expect(text).toMatch(/10 rows were refused.*502, 1502, 2502, 3502, 4502/);
    expect(new Set(stored)).toEqual(new Set(['POST /vouchers']));
    expect(stored).toHaveLength(5);
    const file = await saved(page, () => page.getByRole('button', { name: 'Download as CSV' }).click());
    expect(file.name).toBe('vouchers-list.csv');
    const lines = file.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + CUSTOMERS);
    expect(lines[0]).toMatch(/^\uFEFFline,customer_id,country_code,voucher_amount,currency,/);
    expect(lines[1]).toMatch(/^2,c0,Peru,20,,recency_segment,'?30-60,segment,40,/);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await barriers(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  const choose = async (page: Page, lines: readonly string[]) => {
    const buffer = Buffer.from(`id,country,orders,last order\n${lines.join('\n')}\n`);
    await page
      .getByLabel('Customers, a CSV file')
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer });
    await page.getByLabel('Segment', { exact: true }).selectOption('recency_segment');
    await page.getByLabel('As of').fill('2026-07-10');
  };

  it('sends 100,000 customers while the page paints and answers, and shows the largest of 301 countries', async () => {
    const { page, errors, close } = await visit('/#/campaign');
    // A wrong column makes a country of many customers: one of ten is of 300 that are not there.
    const country = (at: number) => (at % 10 === 9 ? `Nowhere ${at % 3000}` : 'Peru');
    await choose(
      page,
      Array.from({ length: 100_000 }, (_, at) => `c${at},${country(at)},${at % 30},2026-06-01`),
    );
    await page.evaluate(() =>
      document.querySelector('h1')?.addEventListener('click', ({ target }) => {
        const title = target as HTMLElement;
        title.dataset.clicks = String(Number(title.dataset.clicks ?? 0) + 1);
      }),
    );
    const sizes: number[] = [];
    const reached: string[] = [];
    await page.exposeFunction('beforeBatch', async (size: number) => {
      sizes.push(size);
      // Now and then the page is tried between two batches: it paints a frame, and takes a click.
      if (sizes.length % 10 !== 0) return;
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      await page.locator('h1').click();
      reached.push((await page.getByText(/customers so far/).textContent()) ?? '');
    });
    // In the page: a route would move all that is sent out of the browser and back.
    await page.evaluate(() => {
      const send = window.fetch;
      const { beforeBatch } = window as unknown as { beforeBatch: (size: number) => Promise<void> };
      window.fetch = async (address, init) => {
        if (address === '/vouchers') await beforeBatch(JSON.parse(String(init?.body)).length);
        return send(address, init);
      };
    });
    await page.getByRole('button', { name: 'Get the vouchers' }).click();
    await page.getByRole('heading', { name: '100,000 customers answered' }).waitFor({ timeout: 100_000 });
    // No piece of work is longer than one batch, and the sums grow with each.
    expect(Math.max(...sizes)).toBe(2000);
    expect(sizes).toHaveLength(50);
    expect(reached.map((text) => text.replace(/ so far.*/, ''))).toEqual(
      [18, 38, 58, 78, 98].map((thousands) => `${thousands},000 customers`),
    );
    expect(await page.locator('h1').getAttribute('data-clicks')).toBe('5');

    expect(await page.locator('main').textContent()).not.toContain('"fallback"');
    const table = page.locator('.list').first();
    await table
      .getByText('By country, the 50 of 301 with the most customers. The download has all.')
      .waitFor();
    const rows = await table.locator('tbody tr').allTextContents();
    expect(rows).toHaveLength(50);
    expect(rows[0]).toBe('Peru90,0001,800,00090,00000');
    const { text } = await saved(page, () => page.getByRole('button', { name: 'Download as CSV' }).click());
    expect(text.trimEnd().split('\r\n')).toHaveLength(1 + 100_000);
    expect(text).toMatch(/\r\n100001,c99999,Nowhere 999,0,,recency_segment,.*,default,0,[^\r]*\r\n$/);
    // What was asked stays said when the form asks something else.
    await page.getByLabel('Segment', { exact: true }).selectOption('frequency_segment');
    await page.getByText('by recency, as of 10 Jul 2026').waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('says that the sums are of a part of the file when it is stopped', async () => {
    const { page, close } = await visit('/#/campaign');
    await choose(
      page,
      Array.from({ length: 4001 }, (_, at) => `c${at},Peru,3,2026-06-01`),
    );
    let asked = 0;
    await page.route('**/vouchers', async (route) => {
      asked += 1;
      if (asked === 2) await page.getByRole('button', { name: 'Stop' }).click();
      await route.continue();
    });
    await page.getByRole('button', { name: 'Get the vouchers' }).click();
    await page.getByText('Any customers that follow in the file were not asked for').waitFor();
    expect(await page.locator('.figure-head h2').textContent()).toBe('4,000 customers answered');
    expect(asked).toBe(2);
    await close();
  });

  it('says what is wrong with a file that has no customers', async () => {
    const { page, close } = await visit('/#/campaign', { width: 360 });
    const give = (buffer: Buffer) =>
      page.getByLabel('Customers, a CSV file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer });
    const start = page.getByRole('button', { name: 'Get the vouchers' });
    await start.click();
    await page.getByRole('alert').getByText('Choose a CSV file first.').waitFor();
    await give(Buffer.from(' \n\n'));
    await page.getByRole('alert').getByText('This is not a CSV file').waitFor();
    await give(Buffer.from('a,b\n1,2\n'));
    await start.click();
    await page.getByRole('alert').getByText('Choose the column of the country.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await close();
  });
});
