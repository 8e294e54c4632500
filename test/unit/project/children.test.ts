import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const TEST = new URL('../../', import.meta.url);
/** What offers them with a limit. */
const LIMITED = 'support/children.ts';

it('a synchronous child of a test has a limit, as the limits of Vitest do not end it', () => {
  const unlimited = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== LIMITED)
    .filter((name) => /import [^;]*\w+Sync\b[^;]* from 'node:child_process'/.test(text(name)));
  expect(unlimited).toEqual([]);
  expect(text(LIMITED)).toMatch(/timeout: [A-Z]/);
});

function text(name: string): string {
  return readFileSync(new URL(name, TEST), 'utf8');
}
