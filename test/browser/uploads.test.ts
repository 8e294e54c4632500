import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Runs } from '../../src/api/runs.ts';
import type { ListedUpload } from '../../src/api/uploads.ts';
import { barriers, CHROMIUM, overflow } from './support/browser.ts';
import { publishThree } from './support/seed.ts';
import { SKIPPED, served, signIn, site } from './support/site.ts';

const MARKUP = '<b>looks odd</b>';

describe.skipIf(CHROMIUM === null)(`the files of the console in Chromium${SKIPPED}`, () => {
  const house = site();
  beforeAll(async () => {
    const artifacts = await publishThree(house.server.kv);
    await served(house.server.origin, artifacts.at(-1)?.version);
  });

  const line = (page: Page, name: string) => page.locator('.file-list tbody tr').filter({ hasText: name });
  const note = (page: Page) => page.locator('.files > [role=status]').textContent();

  it('follows a file until its rows are in the history, and lets accept or delete what is set aside', async () => {
    const { page, errors, close } = await house.visit('/#/versions', { width: 1440 });
    await signIn(page);
    const send = async (path: string, name: string) => {
      await page.getByLabel('History file').setInputFiles({
        name,
        mimeType: 'text/csv',
        buffer: await readFile(path),
      });
      await page.getByRole('button', { name: 'Send the file' }).click();
    };
    const state = (name: string, word: string) =>
      line(page, name).locator('.pill').getByText(word, { exact: true }).waitFor({ timeout: 60_000 });

    await send('build/sample/history.csv', 'history.csv');
    await page.getByText('history.csv is in. A run begins in a moment.').waitFor();
    await state('history.csv', 'In the history');
    expect(await line(page, 'history.csv').locator('td').allTextContents()).toEqual([
      '5,696 of 6,200',
      expect.stringMatching(/^\d+ \w+ \d* ?– .* 2026$/),
      'In the history',
      'Delete',
    ]);
    expect(await note(page)).toBe('');

    // The same rows under another name would be counted twice.
    await send('build/sample/history.csv', 'copy.csv');
    await state('copy.csv', 'Set aside');
    // The promise of a run does not stay under what the run has said.
    await page.locator('.runs .pill').first().getByText('Running').waitFor({ state: 'detached' });
    expect(await note(page)).toBe('');
    const copy = line(page, 'copy.csv');
    expect(await page.locator('.runs .fault').first().textContent()).toBe(
      'copy.csv is set aside: see the list of files.',
    );
    expect(await copy.locator('.fault').first().textContent()).toContain('history.csv');
    expect(await copy.locator('th').textContent()).toContain(
      'None of its rows are in the history. Accept it',
    );
    expect(await page.locator('.file-list tbody th bdi').allTextContents()).toEqual([
      'copy.csv',
      'history.csv',
    ]);
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('button', { name: 'Accept copy.csv' }).click();
    const dialog = page.getByRole('dialog', { name: 'Accept copy.csv?' });
    await dialog.getByText('Its rows join the history, past the guards.').waitFor();
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await state('copy.csv', 'Accepted');

    await page.getByRole('button', { name: 'Delete copy.csv' }).click();
    await page.getByRole('dialog').getByText('without its 5,696 rows').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await copy.waitFor({ state: 'detached', timeout: 60_000 });
    expect(errors).toEqual([]);
    await close();
  });

  const CHANGES: ListedUpload['changes'] = {
    answers: { same: 2007, moved: 3, added: 0, removed: 0 },
    largest: {
      ...{ country: MARKUP, segment: 'recency_segment', band: '30-60' },
      ...{ amount: { before: 5, after: 50 }, currency: { before: null, after: null } },
      ...{ source: { before: 'segment', after: 'segment' }, rows: { before: 8, after: 17 } },
    },
    ...{ segment: 'recency_segment', rows: 8, rows_affected: 8 },
    spend: [{ currency: null, country: MARKUP, countries: 1, before: 40, after: 400 }],
  };

  const file = (
    name: string,
    state: ListedUpload['state'],
    more: Partial<ListedUpload> = {},
  ): ListedUpload => ({
    ...{ name, state, size: 1, etag: `etag of ${name}`, uploaded_at: '2026-07-08T09:30:00Z', by: 'Ada' },
    ...{ reason: null, reasons: [], changes: null, rows_read: null, rows_kept: null },
    ...{ first_timestamp: null, last_timestamp: null, run: null, ...more },
  });

  it.each([360, 768])(
    'says of each state what to do, with names and reasons as text, at %i pixels',
    async (width) => {
      const uploads = [
        file('new.csv', 'new', { reason: MARKUP }),
        file('odd.csv', 'set_aside', { reasons: [MARKUP], rows_read: 10, rows_kept: 9, changes: CHANGES }),
        file('picture.csv', 'unreadable', { reasons: ['expected CSV, found an image'] }),
        file('accepted.csv', 'accepted', { rows_read: 4, rows_kept: 4 }),
        file('late.csv', 'new', { uploaded_at: '2026-07-01T00:00:00Z' }),
      ];
      // It began after late.csv came, and before new.csv did.
      const refused: Runs['runs'][number] = {
        ...{ id: 'run-1', state: 'refused', because: ['PutObject late.csv'], force: false, by: ['Ada'] },
        ...{ started_at: '2026-07-01T00:00:05Z', finished_at: '2026-07-01T00:00:06Z', counts: null },
        ...{
          quarantined: [],
          looked_at: [],
          version: null,
          warnings: [],
          reasons: [`${MARKUP} is not read`],
        },
      };
      const sent: unknown[] = [];
      const before = async (page: Page) => {
        await page.route('**/uploads', (route) => route.fulfill({ json: { uploads } }));
        await page.route('**/runs', (route) => route.fulfill({ json: { runs: [refused] } }));
        await page.route('**/uploads/*', (route) => {
          const request = route.request();
          sent.push([
            request.method(),
            new URL(request.url()).pathname,
            request.postData(),
            request.headers()['if-match'],
          ]);
          return route.fulfill({
            status: 409,
            contentType: 'application/problem+json',
            json: {
              title: 'Conflict',
              code: 'conflict',
              status: 409,
              detail: 'This file has changed since.',
            },
          });
        });
      };
      const { page, close } = await house.visit('/#/versions', { width, before, scheme: 'dark' });
      await signIn(page);
      await page.locator('.file-list').waitFor();
      const shown = await page
        .locator('.file-list tbody tr')
        .evaluateAll((lines) =>
          lines.map((one) => [
            one.querySelector('bdi')?.textContent,
            one.querySelector('.pill')?.textContent,
            [...one.querySelectorAll('button')].map(({ textContent }) => textContent).join(' '),
          ]),
        );
      expect(shown).toEqual([
        ['odd.csv', 'Set aside', 'Accept Retry Delete'],
        ['picture.csv', 'Cannot be read', 'Retry Delete'],
        ['late.csv', 'Refused', 'Retry Delete'],
        ['new.csv', 'New', 'Delete'],
        ['accepted.csv', 'Accepted', 'Delete'],
      ]);
      expect(await line(page, 'odd.csv').locator('.fault').textContent()).toBe(MARKUP);
      // A run that was refused has looked at no file: what came before it is not new any more.
      expect(await line(page, 'late.csv').locator('p').allTextContents()).toEqual([
        `${MARKUP} is not read`,
        expect.stringContaining('its run, which is listed below, was refused'),
      ]);
      expect(await page.locator('.runs li').textContent()).toContain(`${MARKUP} is not read`);
      // What accepting it would change is shown by itself, with names as text.
      expect(await line(page, 'odd.csv').locator('details p').allInnerTexts()).toEqual([
        'Of the answers of POST /voucher 3 change, 0 come, 0 go, 2,007 stay.',
        `The largest change: ${MARKUP}, recency_segment 30-60 would get 50 instead of 5.`,
        `The spend with recency_segment, if each row of the history were asked for once: ${MARKUP} 40 → 400 (+900.0%).`,
      ]);
      expect(await page.locator('.file-list b').count()).toBe(0);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);

      await page.getByRole('button', { name: 'Retry picture.csv' }).click();
      await page.locator('.files').getByText('This file has changed since.').waitFor();
      expect(await note(page)).toBe('');
      await page.getByRole('button', { name: 'Delete odd.csv' }).click();
      await page.getByRole('dialog').getByText('None of its rows are in the history.').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await expect.poll(() => sent.length).toBe(2);
      // What is deleted is the file that is shown, and no other that came under its name since.
      expect(sent).toEqual([
        ['POST', '/uploads/picture.csv', '{"action":"retry"}', undefined],
        ['DELETE', '/uploads/odd.csv', null, '"etag of odd.csv"'],
      ]);
      await close();
    },
  );
});
