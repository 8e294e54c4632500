import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { expectedOfClient } from '../support/client-check.ts';
import { goldenApp, version } from '../support/golden.ts';
import { listen } from '../support/listen.ts';

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const SCRIPT = path('test/support/client-runtime.ts');

const app = await goldenApp();
const { origin, stop } = await listen(async (request) => app.fetch(request));
afterAll(stop);

it.each([
  ['Node', process.execPath, [SCRIPT]],
  ['Deno', path('node_modules/.bin/deno'), ['run', '--no-prompt', '--allow-net', SCRIPT]],
])('the client works on %s, imported as voucher-edge/client', async (_, file, args) => {
  const { stdout } = await run(file, [...args, origin], { cwd: path('.') });
  expect(JSON.parse(stdout)).toEqual(expectedOfClient(version));
});
