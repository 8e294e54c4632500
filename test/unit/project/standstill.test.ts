import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { TestModule, TestSpecification } from 'vitest/node';
import { Watching } from '../../support/standstill.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const file = (name: string) => join(process.cwd(), 'test', name);

/** Tells the reporter of a run of two files that stands still after the first. @returns what comes of it */
async function standStill(firstEnds: 'passed' | 'failed') {
  const again = join(folder.path, firstEnds);
  vi.stubEnv('STANDSTILL', again);
  let said = '';
  const error = vi.spyOn(console, 'error').mockImplementation((text) => {
    said += `${text}\n`;
  });
  const code = await new Promise((exit) => {
    const watching = new Watching(30, exit);
    const module = (name: string) =>
      ({
        id: name,
        moduleId: file(name),
        relativeModuleId: `test/${name}`,
        state: () => firstEnds,
      }) as TestModule;
    const both = [module('first.test.ts'), module('second.test.ts')] as const;
    watching.onTestRunStart(both as readonly { moduleId: string }[] as readonly TestSpecification[]);
    for (const one of both) watching.onTestModuleQueued(one);
    watching.onTestModuleEnd(both[0]);
  });
  error.mockRestore();
  vi.unstubAllEnvs();
  return { code, said, again: existsSync(again) ? readFileSync(again, 'utf8') : null };
}

it('a run that stands still is ended, and names the files that never ended, to be run again', async () => {
  const { code, said, again } = await standStill('passed');
  expect([code, again]).toEqual([1, 'test/second.test.ts\n']);
  expect(said).toContain(
    'standstill: test/second.test.ts has not ended its import\nThe processes of this run:\n',
  );
});

it('a run that stands still after a test has failed is not to be run again', async () => {
  const { code, said, again } = await standStill('failed');
  expect([code, again]).toEqual([1, null]);
  expect(said).toContain('standstill: test/second.test.ts');
});
