import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Run, RunState } from '../../src/api/runs.ts';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import type { CellChange } from '../../src/core/publish/comparison.ts';
import { livePointer } from '../../src/core/publish/publish.ts';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { publishThree } from './support/seed.ts';
import { TOKEN } from './support/server.ts';
import { SKIPPED, served, signIn, site } from './support/site.ts';

describe.skipIf(CHROMIUM === null)(`the console of published versions in Chromium${SKIPPED}`, () => {
  const house = site();
  let artifacts: Artifact[];
  beforeAll(async () => {
    artifacts = await publishThree(house.server.kv);
    await served(house.server.origin, artifacts[2]?.version);
  });

  it('refuses a wrong token, says why, and lets go on', async () => {
    const { page, foreign, close } = await house.visit('/#/versions', { width: 360 });
    await signIn(page, 'a-wrong-token');
    expect(await page.getByRole('alert').textContent()).toContain('The token is not');
    expect(await barriers(page)).toEqual([]);
    await signIn(page);
    await page.getByRole('heading', { name: 'What was live' }).waitFor();
    expect(foreign).toEqual([]);
    await close();
  });

  it('keeps the token in memory alone', async () => {
    const { page, close } = await house.visit('/#/versions');
    await signIn(page);
    await page.getByRole('heading', { name: 'What was live' }).waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
    );
    expect(kept).not.toContain(TOKEN);
    expect(await page.context().storageState()).toEqual({ cookies: [], origins: [] });
    await page.reload();
    await page.locator('#token').waitFor();
    await close();
  });

  it.each([
    { width: 360, scheme: 'dark' },
    { width: 1280, scheme: 'light' },
  ] as const)('shows history, comparison and files at $width pixels in $scheme', async (look) => {
    const { page, errors, foreign, close } = await house.visit('/#/versions', look);
    await signIn(page);
    await page.locator('.compare tbody tr').first().waitFor();
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    expect(await page.locator('main').textContent()).toContain(artifacts[2]?.version);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await barriers(page)).toEqual([]);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
    await close();
  });

  it('lists the cells that give another amount, and none of which only the mean moved', async () => {
    const cell = (band: string, after: number): CellChange => ({
      ...{ country: 'Peru', segment: 'recency_segment', band, rows: 5, amount: { before: 10, after } },
      ...{ mean: { before: 10, after: 10.1 }, kept: { before: 5, after: 5 } },
      currency: { before: null, after: 'PEN' },
    });
    const cells = { same: 148, moved: 2, added: 0, removed: 0 };
    let answer = { cells, changes: [cell('30-60', 12), cell('61-90 × *', 11), cell('91-120', 10)] };
    const before = (page: Page) =>
      page.route('**/versions/diff?*', async (route) => {
        const response = await route.fetch();
        await route.fulfill({
          response,
          json: { ...(await response.json()), ...answer, changes_total: 150 },
        });
      });
    const { page, errors, close } = await house.visit('/#/versions', { before });
    await signIn(page);
    const table = page.getByRole('table', { name: /^The cells that move most money$/ });
    await table.waitFor();
    expect(await table.locator('tbody th').allTextContents()).toEqual([
      'Peru recency 30-60',
      'Peru recency 61-90 × any',
    ]);
    answer = { cells: { ...cells, moved: 0 }, changes: [cell('91-120', 10)] };
    await page
      .getByRole('button', { name: /^Compare/ })
      .last()
      .click();
    await page.getByText('No cell with rows gives another amount.').waitFor();
    // What is compared is in the address: back and forward lead from one comparison to the other.
    expect(page.url()).toMatch(/#\/versions\?from=[0-9a-f]{16}&to=[0-9a-f]{16}$/);
    await page.goBack();
    await table.or(page.getByText('No cell with rows gives another amount.')).waitFor();
    expect(page.url()).toMatch(/#\/versions$/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(errors).toEqual([]);
    await close();
  });

  it('shows the sums of a segment that change most, and all of them on demand', async () => {
    const spend = Array.from({ length: 9 }, (_, at) => ({
      ...{ currency: `X0${at}`, country: null, countries: 1, before: 100, after: 200 - at },
    }));
    const segments = [{ segment: 'recency_segment', rows: 9, rows_affected: 9, spend }];
    const before = (page: Page) =>
      page.route('**/versions/diff?*', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), segments } });
      });
    const { page, errors, close } = await house.visit('/#/versions', { width: 360, before });
    await signIn(page);
    const names = page.getByRole('table', { name: /^Spend/ }).locator('tbody th');
    await names.first().waitFor();
    const head = 'by recency: 9 of 9 rows get another amount';
    const sums = spend.map(({ currency }) => `in ${currency}`);
    expect(await names.allTextContents()).toEqual([
      `${head}; 6 of 9 sums, those that change most`,
      ...sums.slice(0, 6),
    ]);
    await page.getByRole('button', { name: 'Show all sums' }).click();
    expect(await names.allTextContents()).toEqual([head, ...sums]);
    expect(await page.getByRole('button', { name: 'Show all sums' }).count()).toBe(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(errors).toEqual([]);
    await close();
  });

  it('takes a question back when its view is left with the back button: none stays over another view', async () => {
    const [older] = artifacts as [Artifact];
    const { page, errors, close } = await house.visit('/#/glossary');
    await page.getByRole('link', { name: 'Versions' }).first().click();
    await signIn(page);
    await page.getByRole('button', { name: `Roll back to ${older.version}` }).click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Glossary', level: 1 }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });

  it('rolls back once it is confirmed, with a reason, and holds until it is released', async () => {
    const [older] = artifacts as [Artifact];
    const { page, errors, close } = await house.visit('/#/versions');
    await signIn(page);
    const button = page.getByRole('button', { name: `Roll back to ${older.version}` });
    await button.click();
    await page.getByRole('dialog').getByText('would give another amount').waitFor();
    expect(await barriers(page)).toEqual([]);
    const asked = artifacts[2]?.table.config.default_segment?.replace('_segment', '');
    const changes = await page.getByRole('dialog').locator('li').allTextContents();
    expect([changes[0], changes[3]]).toEqual([
      expect.stringContaining(`by ${asked}, `),
      expect.stringMatching(/^and by \d other segments?, which Compare shows$/),
    ]);
    // A sum that stays as it is is not named.
    for (const line of changes.slice(0, 3)) {
      expect(line).toMatch(
        /: |none of|spend (stays the same|[+−][\d,.]+\u00a0[^,]+(, [+−][\d,.]+\u00a0[^,]+)*)$/,
      );
    }
    await page.keyboard.press('Escape');
    expect((await livePointer(house.server.kv))?.version).toBe(artifacts[2]?.version);

    const dialog = page.getByRole('dialog');
    await button.click();
    await dialog.getByLabel('Why, in one line for the history').fill('amounts <b>too low</b>');
    await dialog.getByRole('button', { name: /^Roll back to/ }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await livePointer(house.server.kv))?.version).toBe(older.version);
    const hold = page.locator('.hold');
    await hold.getByText('amounts <b>too low</b>').waitFor();
    expect(await hold.textContent()).toMatch(
      /^Heldby .+ since \d+ \w+ \d+, \d\d:\d\d UTC \(just now\): amounts <b>too low<\/b>\. /,
    );
    expect(await hold.locator('b').count()).toBe(0);
    expect(await page.locator('.list .pill-good').count()).toBe(1);
    expect(await page.getByRole('button', { name: `Roll back to ${older.version}` }).count()).toBe(0);
    const time = page.locator('.live-times time').first();
    expect(await time.textContent()).toMatch(/ UTC \((?:just now|.* ago)\)$/);
    expect(await time.getAttribute('title')).toMatch(/in your time zone$/);
    expect(await barriers(page)).toEqual([]);

    await hold.getByRole('button', { name: 'Release' }).click();
    await dialog.getByRole('button', { name: 'Release' }).click();
    await dialog.waitFor({ state: 'detached' });
    await hold.getByRole('button', { name: 'Hold' }).waitFor();
    expect((await livePointer(house.server.kv))?.hold).toBeNull();
    expect(errors).toEqual([]);
    await close();
  });

  it('follows the run of a file that is sent again, and not the one it had before', async () => {
    const record = (id: string, state: RunState, because: string): Run => ({
      ...{
        id,
        state,
        because: [because],
        force: false,
        by: [],
        looked_at: [],
        started_at: '2026-07-08T09:30:00Z',
      },
      ...{
        finished_at: null,
        steps: [],
        counts: null,
        quarantined: [],
        version: null,
        warnings: [],
        reasons: [],
      },
    });
    const earlier = [
      record('run-2', 'published', 'PutObject data.csv'),
      record('run-1', 'published', 'PutObject a.csv'),
    ];
    let all = earlier;
    let sent = 0;
    let reads = 0;
    const before = async (page: Page) => {
      await page.route('**/uploads/a.csv', (route) => {
        sent += 1;
        return route.fulfill({ status: 202, json: { name: 'a.csv' } });
      });
      await page.route('**/runs', (route) => route.fulfill({ json: { runs: all } }));
      await page.route('**/runs/run-3', (route) => route.fulfill({ json: all[0] }));
      page.on('request', (request) => {
        if (new URL(request.url()).pathname === '/versions') reads += 1;
      });
    };
    const { page, errors, close } = await house.visit('/#/versions', { before });
    await signIn(page);
    const pills = page.locator('.runs .pill');
    await pills.first().waitFor();
    const opened = reads;
    await page
      .getByLabel('History file')
      .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n') });
    await page.getByRole('button', { name: 'Send the file' }).click();
    await page.getByText('a.csv is in. A run begins in a moment.').waitFor();
    const looked = () => page.waitForResponse((response) => new URL(response.url()).pathname === '/runs');
    await looked();
    all = [record('run-3', 'running', 'PutObject a.csv'), ...earlier];
    await pills.getByText('Running').waitFor();
    expect([sent, reads]).toEqual([1, opened]);
    all = [record('run-3', 'published', 'PutObject a.csv'), ...earlier];
    await page.waitForResponse((response) => new URL(response.url()).pathname === '/versions');
    await page.getByRole('heading', { name: 'What was live' }).waitFor();
    await expect.poll(() => pills.allTextContents()).toEqual(['Published', 'Published', 'Published']);
    expect(errors).toEqual([]);
    await close();
  });

  it('says why a file was set aside, with its name as it is', async () => {
    const refused = {
      ...{ id: 'run-1', state: 'refused', because: ['PutObject x'], started_at: '2026-07-08T09:30:00Z' },
      ...{
        counts: null,
        version: null,
        reasons: ['expected rows to learn from: check `columns` in the config'],
      },
      quarantined: [{ name: 'x', reason: 'expected CSV, found an image' }],
      ...{ warnings: [], looked_at: [] },
    };
    const before = (page: Page) =>
      page.route('**/runs', (route) => route.fulfill({ json: { runs: [refused] } }));
    const { page, errors, close } = await house.visit('/#/versions', { before });
    await signIn(page);
    const faults = page.locator('.runs .fault');
    await faults.first().waitFor();
    expect(await faults.allTextContents()).toEqual([
      'Expected rows to learn from: check columns in the config',
      'x cannot be read: expected CSV, found an image',
    ]);
    expect(await faults.locator('code').allTextContents()).toEqual(['columns']);
    const transform = (line: Element) => getComputedStyle(line, '::first-letter').textTransform;
    expect(await faults.last().evaluate(transform)).toBe('none');
    expect(errors).toEqual([]);
    await close();
  });
});
