import type { TestProject } from 'vitest/node';

/** What is done before the tests in workerd. @returns what ends it */
export async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const worker = await import('../../support/worker-setup.ts');
  const builds = await import('./build-setup.ts');
  const ends = [await worker.default(project), await builds.default(project)];
  return async () => {
    for (const end of ends) await end();
  };
}
