import { constants, runInThisContext } from 'node:vm';
import type { TestProject } from 'vitest/node';

type Setup = (project: TestProject) => Promise<() => Promise<void>>;

const importNatively: (url: URL) => Promise<{ default: Setup }> = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

/**
 * What is done before the tests in workerd. Node loads it: Vite, which loads this file, would transform all that it imports,
 * for which it takes many seconds.
 *
 * @returns what ends it
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = [];
  for (const path of ['../../support/worker-setup.ts', './build-setup.ts']) {
    const { default: begin } = await importNatively(new URL(path, import.meta.url));
    ends.push(await begin(project));
  }
  return async () => {
    for (const end of ends) await end();
  };
}
