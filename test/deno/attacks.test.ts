import { expect, it } from 'vitest';
import { ATTACKS } from '../attacks/attacks.ts';

// The short form of `npm run attack server`.
it.each(ATTACKS.filter(({ name }) => name.startsWith('server')))('$name: $about', async ({ run }) => {
  const { fell, tried, skipped } = await run(4);
  expect(fell).toEqual([]);
  if (skipped === undefined) expect(tried).toBeGreaterThan(0);
});
