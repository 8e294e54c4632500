import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

export { CHROMIUM } from './chromium.ts';

/** @returns the browser of all test files; closing it closes the windows that were opened through it */
export function launch(): Promise<Browser> {
  return chromium.connect(inject('chromium'));
}

export interface Look {
  width?: number;
  scheme?: 'light' | 'dark';
  /** Called before the page is opened. */
  before?: (page: Page) => Promise<unknown>;
}

/** A page and what went wrong on it so far. */
export interface Opened {
  page: Page;
  /** What the browser's console had to complain of, and scripts that threw. */
  errors: string[];
  /** Addresses that were asked for at another origin. */
  foreign: string[];
  close: () => Promise<void>;
}

/** Opens a page in a window of its own, with nothing in its cache. */
export async function open(
  browser: Browser,
  address: string,
  { width = 1280, scheme = 'light', before }: Look = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  // As long as a test may take: a busy machine never decides one.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== new URL(address).origin && url.protocol !== 'blob:') foreign.push(request.url());
  });
  await before?.(page);
  await page.goto(address);
  return { page, errors, foreign, close: () => context.close() };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @returns what axe finds that keeps people from using a page: serious and critical, with where it is */
export async function barriers(page: Page): Promise<string[]> {
  // Giving it to a page takes as long as a run of it: it stays there for the next one.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html }) => html.slice(0, 160)),
    }));
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, where }) => `${id}: ${where.join(' | ')}`);
}

/** @returns how far a page reaches beyond its window, in pixels */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
