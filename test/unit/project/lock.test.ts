import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Package {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const text = readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8');
const packages: Record<string, Package> = JSON.parse(text).packages;

/** What `name` means to the package at `from`: its own, or that of the nearest folder above it. */
function resolve(from: string, name: string): Package | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[`${folder}${folder ? '/' : ''}node_modules/${name}`];
    if (found || folder === '') return found;
  }
}

describe('package-lock.json', () => {
  it('names no registry, so that it installs from any', () => {
    expect(text).not.toContain('"resolved"');
  });

  // Each workerd is 150 MB. The test plugin names exact versions of wrangler and miniflare; ours follow it.
  it.each(['wrangler', 'miniflare', 'workerd', 'zod', 'esbuild'])('has one version of %s', (name) => {
    const paths = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
    expect(paths).toEqual([`node_modules/${name}`]);
  });

  // An install on one platform can leave out what others need, and then `npm ci` refuses the lock everywhere.
  it('has the packages of every platform', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([name, wanted]) => {
          const version = resolve(path, name)?.version;
          return version === undefined || (/^\d/.test(wanted) && version !== wanted);
        })
        .map(([name, wanted]) => `${path}: ${name}@${wanted}`),
    );
    expect(missing).toEqual([]);
  });
});
