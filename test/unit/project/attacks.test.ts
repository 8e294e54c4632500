import { afterAll, expect, it } from 'vitest';
import { removeCleanRuns } from '../../attacks/attack.ts';
import { ATTACKS } from '../../attacks/attacks.ts';

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
