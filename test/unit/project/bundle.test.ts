import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** The bundler that wrangler has with it, with what wrangler.toml says: minified, without kept names. */
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'))('esbuild');

async function bundle(entry: string): Promise<{ kibibytes: number; text: string; modules: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../../../src/${entry}`, import.meta.url))],
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['*/artifacts/current.json', 'cloudflare:*'],
    outdir: 'never-written',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const [{ contents, text }] = outputFiles;
  const outputs = Object.values<{ inputs: Record<string, { bytesInOutput: number }> }>(metafile.outputs);
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  const modules = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  return { kibibytes: gzipSync(contents).length / 1024, text, modules };
}

/** KiB, compressed, without the artifact. What ingestion says of an upload, it says in the words of a build: that takes the room. */
const BUDGETS: [entry: string, what: string, most: number][] = [
  ['worker-core.ts', 'answers, console and versions', 50],
  ['worker.ts', 'the same with ingestion, which unpacks gzip, zstd and ZIP, and Cloudflare Access', 103],
];

it.each(BUDGETS)('%s, %s, has at most %s KiB', async (entry, _, most) => {
  const { kibibytes, text } = await bundle(entry);
  expect(text).toContain('current.json');
  expect(kibibytes).toBeLessThanOrEqual(most);
});

describe('no Worker carries what others do', () => {
  it.each([
    [
      'worker-core.ts',
      'what takes uploads in',
      /^src\/ingest\/|routes\/(?:uploads|runs)|history\/|fflate|papaparse/,
    ],
    [
      'worker-core.ts',
      'the schema of the config',
      /core\/config\/(?:config|deciding|reading|deployment|money)\.ts/,
    ],
    [
      'worker.ts',
      'the schema of the config',
      /core\/config\/(?:config|deciding|reading|deployment|money)\.ts/,
    ],
    ['worker.ts', 'the server of Deno', /^src\/server\//],
  ])('%s does not have %s', async (entry, _, others) => {
    expect((await bundle(entry)).modules.filter((path) => others.test(path))).toEqual([]);
  });
});
