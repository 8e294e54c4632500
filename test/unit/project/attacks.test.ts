import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { removeCleanRuns } from '../../attacks/attack.ts';
import { ATTACKS } from '../../attacks/attacks.ts';
import { spawnSync } from '../../support/children.ts';

/** The short form of `npm run attack`: one command of each kind, and each way to break it that takes seconds. */
const SHORT = [
  'kill build:artifact',
  'kill score',
  'kill artifact -- publish --data',
  'disk build:artifact',
  'disk artifact -- publish --data',
  'files build:artifact',
  'together build:artifact --incremental',
  'together artifact -- publish --data',
  'replace build',
];

afterAll(removeCleanRuns);

it.each(ATTACKS.filter(({ name }) => SHORT.includes(name)))('$name: $about', async ({ run }) => {
  const { fell, tried, skipped } = await run(1);
  expect(fell).toEqual([]);
  if (skipped === undefined) expect(tried).toBeGreaterThan(0);
});

it('refuses a word that no attack is named by, and lists them', () => {
  const path = fileURLToPath(new URL('../../attacks/run.ts', import.meta.url));
  const attack = (...args: string[]) => spawnSync(process.execPath, [path, ...args], { timeout: 60_000 });
  const refused = attack('no-such-attack');
  expect([refused.status, refused.stderr]).toEqual([
    2,
    expect.stringContaining('There is no attack named no-such-attack'),
  ]);
  const help = attack('--help');
  expect([help.status, help.stdout]).toEqual([0, expect.stringContaining('  kill build:artifact\n')]);
});
