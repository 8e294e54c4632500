import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
  type Request,
} from 'playwright-core';
import { once } from '../../support/once.ts';
import { LAUNCH } from './chromium.ts';

export { CHROMIUM } from './chromium.ts';

/** What a test file has of the browser. */
export interface Browser {
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Closes the windows that were opened through it. */
  close(): Promise<void>;
}

/** @returns the browser that all test files of a process share, which ends with the process */
export async function launch(): Promise<Browser> {
  const browser = await once('chromium', () => chromium.launch(LAUNCH));
  const contexts: BrowserContext[] = [];
  return {
    async newContext(options) {
      const context = await browser.newContext(options);
      contexts.push(context);
      return context;
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
    },
  };
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
export async function open(browser: Browser, address: string, look: Look = {}): Promise<Opened> {
  const page = await newWindow(browser);
  return { ...(await openInWindow(page, address, look)), close: () => page.context().close() };
}

/**
 * Windows of one browser that are used again, on the pages of one origin: in a window that has shown a page of it, the next one
 * takes half of the work.
 *
 * @returns what opens a page in a window as a person finds it: nothing is stored and nothing is routed, but files are cached
 */
export function windows(browser: Browser, origin: string): (path: string, look?: Look) => Promise<Opened> {
  const free: Page[] = [];
  return async (path, look = {}) => {
    const page = free.pop() ?? (await newWindow(browser));
    const opened = await openInWindow(page, origin + path, look);
    return {
      ...opened,
      async close() {
        await opened.close();
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        // Another path, as one that differs in its hash alone would not be loaded, and nothing to lay out until then.
        await page.evaluate(() => {
          localStorage.clear();
          sessionStorage.clear();
          history.replaceState(null, '', '/left');
          document.documentElement.style.display = 'none';
        });
        await page.context().clearCookies();
        await page.mouse.move(0, 0);
        free.push(page);
      },
    };
  };
}

async function newWindow(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  // Long, as a busy machine never decides a test, and half of what a test may take, so that what stands still is named.
  context.setDefaultTimeout(60_000);
  return await context.newPage();
}

/** @returns the page, whose close stops listening to it */
async function openInWindow(
  page: Page,
  address: string,
  { width = 1280, scheme = 'light', before }: Look,
): Promise<Opened> {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce', media: null });
  const errors: string[] = [];
  const foreign: string[] = [];
  const onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error') errors.push(message.text());
  };
  const onError = (error: Error) => void errors.push(error.message);
  const onRequest = (request: Request) => {
    const url = new URL(request.url());
    if (url.origin !== new URL(address).origin && url.protocol !== 'blob:') foreign.push(request.url());
  };
  page.on('console', onConsole).on('pageerror', onError).on('request', onRequest);
  await before?.(page);
  await page.goto(address);
  const close = async () => {
    page.off('console', onConsole).off('pageerror', onError).off('request', onRequest);
  };
  return { page, errors, foreign, close };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe, and what it knows of its rules: how much is lost where one is broken. */
type Axe = typeof import('axe-core') & {
  _audit: { rules: readonly { id: string; impact: string }[] };
};

/**
 * @param contrast whether colours are looked at too, which takes most of the time: not where another test has the same ones
 * @returns what axe finds that keeps people from using a page: serious and critical, with where it is
 */
export async function barriers(page: Page, { contrast = true } = {}): Promise<string[]> {
  // Giving it to a page takes as long as a run of it: it stays there for the next one.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const found = await page.evaluate(async (contrast) => {
    const { axe } = window as unknown as { axe: Axe };
    const mild = axe._audit.rules.filter(({ impact }) => impact === 'minor' || impact === 'moderate');
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      rules: {
        ...Object.fromEntries(mild.map(({ id }) => [id, { enabled: false }])),
        'color-contrast': { enabled: contrast },
      },
      // How to find a place again is not asked for, and the files of a page are its own.
      selectors: false,
      preload: false,
    });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html }) => html.slice(0, 160)),
    }));
  }, contrast);
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, where }) => `${id}: ${where.join(' | ')}`);
}

/** @returns how far a page reaches beyond its window, in pixels */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
