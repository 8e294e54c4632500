import { expect, it } from 'vitest';
import { ATTACKS } from '../attacks/attacks.ts';

/** Bombs of 15 MB, and one upload of 5 MB: what they take of memory is seen in the long form. */
const ROUNDS: Record<string, number> = { 'server bombs': 0.3, 'server large upload': 2 };

// The short form of `npm run attack server`.
it.each(ATTACKS.filter(({ name }) => name.startsWith('server')))('$name: $about', async ({ name, run }) => {
  const { fell, tried, skipped } = await run(ROUNDS[name] ?? 4);
  expect(fell).toEqual([]);
  if (skipped === undefined) expect(tried).toBeGreaterThan(0);
});
