import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { TestModule, TestSpecification } from 'vitest/node';
import Stalled from '../../support/stalled.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const file = (name: string) => join(process.cwd(), 'test', name);

/** Tells the reporter of a run of two files that stands still after the first. @returns what comes of it */
async function standStill(firstEnds: 'passed' | 'failed') {
  const again = join(folder.path, firstEnds);
  vi.stubEnv('STALLED', again);
  let said = '';
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  const code = await new Promise((exit) => {
    const reporter = new Stalled({ limit: 1, exit });
    const specification = (name: string) => ({ moduleId: file(name) }) as TestSpecification;
    reporter.onTestRunStart([specification('first.test.ts'), specification('second.test.ts')]);
    reporter.onTestModuleEnd({ moduleId: file('first.test.ts'), state: () => firstEnds } as TestModule);
  });
  stderr.mockRestore();
  vi.unstubAllEnvs();
  return { code, said, again: existsSync(again) ? readFileSync(again, 'utf8') : null };
}

it('a run that stands still is ended, and names the files that never ended, to be run again', async () => {
  const { code, said, again } = await standStill('passed');
  expect([code, again]).toEqual([1, 'test/second.test.ts\n']);
  expect(said).toContain('These files never ended:\ntest/second.test.ts\nProcesses of this run:\n');
});

it('a run that stands still after a test has failed is not to be run again', async () => {
  const { code, said, again } = await standStill('failed');
  expect([code, again]).toEqual([1, null]);
  expect(said).toContain('test/second.test.ts');
});
