import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { expectedOfClient } from '../support/client-check.ts';
import { goldenApp, version } from '../support/golden.ts';
import { listen } from '../support/listen.ts';

const CHROMIUM = '/usr/bin/chromium';
const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** The bundler that wrangler has with it. */
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'))('esbuild');

async function bundle(source: string): Promise<string> {
  const stdin = { contents: source, resolveDir: path('.'), loader: 'ts' };
  const options = {
    bundle: true,
    format: 'esm',
    minify: true,
    platform: 'browser',
    write: false,
    logLevel: 'error',
  };
  const { outputFiles } = await build({ stdin, ...options });
  return outputFiles[0].text;
}

const app = await goldenApp();
const page = `<!doctype html><title>client</title><script type="module" src="/client.js"></script>`;
const script = await bundle(`
  import { checkClient } from '../support/client-check.ts';
  document.body.textContent = 'RESULT ' + JSON.stringify(await checkClient(location.origin)) + ' END';
`);
const { origin, stop } = await listen(async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === '/') return new Response(page, { headers: { 'content-type': 'text/html' } });
  if (pathname !== '/client.js') return app.fetch(request);
  return new Response(script, { headers: { 'content-type': 'text/javascript' } });
});
afterAll(stop);

it('is at most 4 KiB of a page when compressed, without zod and without anything of Node', async () => {
  const client = await bundle("export { createClient } from '../../src/client/client.ts'");
  expect(gzipSync(client).length).toBeLessThanOrEqual(4 * 1024);
});

it.skipIf(!existsSync(CHROMIUM))(
  `works in a real browser (needs ${CHROMIUM})`,
  async () => {
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--virtual-time-budget=20000',
      '--dump-dom',
    ];
    const { stdout } = await run(CHROMIUM, [...flags, `${origin}/`], { timeout: 60_000 });
    const [, result = stdout] = /RESULT (.*) END/.exec(stdout) ?? [];
    expect(JSON.parse(result)).toEqual(expectedOfClient(version));
  },
  90_000,
);
