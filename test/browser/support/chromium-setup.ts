import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { CHROMIUM, LAUNCH } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of all test files listens. */
    chromium: string;
  }
}

/** Starts one browser for all test files: each opens windows of its own. @returns what ends it */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (CHROMIUM === null) return undefined;
  const server = await chromium.launchServer({ ...LAUNCH, host: '127.0.0.1' });
  project.provide('chromium', server.wsEndpoint());
  return () => server.close();
}
