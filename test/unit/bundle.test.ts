import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const BUDGET = 78 * 1024;

/** The bundler that wrangler has with it, with what wrangler.toml says: minified, without kept names. */
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'))('esbuild');

it('the Worker without its artifact is at most 78 KiB when compressed: half for the service, half for publishing and ingestion', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-bundle-'));
  try {
    const outfile = join(folder, 'worker.js');
    await build({
      entryPoints: [fileURLToPath(new URL('../../src/worker.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      minify: true,
      target: 'es2024',
      conditions: ['workerd', 'worker', 'browser'],
      external: ['*/artifacts/current.json', 'cloudflare:*'],
      outfile,
      logLevel: 'error',
    });
    const bundle = await readFile(outfile);
    expect(bundle.includes('current.json')).toBe(true);
    // What the own server alone has, such as its metrics, is not in it.
    expect(bundle.includes('voucher_edge_')).toBe(false);
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(BUDGET);
  } finally {
    await rm(folder, { recursive: true });
  }
});
