import type { Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { publish } from '../../../src/core/publish/publish.ts';
import { type Browser, CHROMIUM, type Look, launch, type Opened, windows } from './browser.ts';
import { type Server, serveWorker, TOKEN } from './server.ts';

/** Ends the title of a suite that is skipped. */
export const SKIPPED = CHROMIUM === null ? ' (not installed)' : '';

export interface Site {
  readonly server: Server;
  readonly browser: Browser;
  /** Publishes an artifact, and waits until the Worker answers from it. */
  live: (artifact: Artifact, by?: string) => Promise<void>;
  /** Opens a page of the console, such as `/#/segments`, in a window of its own, until it is closed. */
  visit: (path: string, look?: Look) => Promise<Opened>;
}

/** Serves the Worker as it was bundled for all test files, with an empty KV. @param vars more of what a deployment sets */
export function serve(vars: Readonly<Record<string, string>> = {}): Promise<Server> {
  return serveWorker(inject('worker'), vars);
}

/** One server and one browser for all tests of a suite. @param vars more of what a deployment sets */
export function site(vars: Readonly<Record<string, string>> = {}): Site {
  let server: Server;
  let browser: Browser;
  let visit: Site['visit'];
  let now = Date.UTC(2026, 6, 1);
  beforeAll(async () => {
    // One after the other, so that what has started is ended where the other one cannot start.
    server = await serve(vars);
    browser = await launch();
    visit = windows(browser, server.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get server() {
      return server;
    },
    get browser() {
      return browser;
    },
    async live(artifact, by = 'a test') {
      now += 60_000;
      await publish(server.kv, artifact, { by, now });
      await served(server.origin, artifact.version);
    },
    visit: (path, look) => visit(path, look),
  };
}

/** Waits until a Worker answers from a version: it looks for a newer one after each answer. */
export async function served(origin: string, version: string | undefined): Promise<void> {
  for (;;) {
    const ready = (await (await fetch(`${origin}/ready`)).json()) as { version?: string };
    if (ready.version === version) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Opens Versions as an operator. */
export async function signIn(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel('Admin token').fill(token);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.locator('.sign-in .loading').waitFor({ state: 'detached' });
}

/** Has a page save a file. @returns its name and text */
export async function saved(
  page: Page,
  save: () => Promise<unknown>,
): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), save()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString() };
}

/** @returns how often Tab is pressed until the focus has been on every stop of a page and leaves it */
export async function tabStops(page: Page): Promise<number> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const seen = await page.evaluateHandle(() => new Set<Element>());
  for (let stops = 0; stops < 200; stops++) {
    await page.keyboard.press('Tab');
    const isNew = await seen.evaluate((known) => {
      const at = document.activeElement;
      if (at === null || at === document.body || known.has(at)) return false;
      known.add(at);
      return true;
    });
    if (!isNew) return stops;
  }
  return 200;
}
