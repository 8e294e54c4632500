import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What each part may import: parts of the project by their folder, packages by their name. */
const RULES = [
  { part: 'src/core', mayImport: ['src/core', 'zod/mini', 'papaparse'] },
  {
    part: 'src',
    mayImport: [
      'src',
      'artifacts',
      'config',
      'cloudflare:workers',
      'hono',
      'hono/http-exception',
      '@hono/zod-validator',
      'zod/mini',
      'papaparse',
    ],
  },
];

/** @returns the paths that a file of the project imports: packages as they are, files from the project's root */
function importsOf(file: string): string[] {
  const text = readFileSync(`${ROOT}${file}`, 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g);
  return Array.from(found, ([, specifier = '']) =>
    specifier.startsWith('.') ? new URL(specifier, `file:///${file}`).pathname.slice(1) : specifier,
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

describe('imports point one way', () => {
  it.each(RULES)('$part imports only what it may', ({ part, mayImport }) => {
    const wrong = filesIn(part).flatMap((file) =>
      importsOf(file)
        .filter((path) => !mayImport.some((allowed) => path === allowed || path.startsWith(`${allowed}/`)))
        .map((path) => `${file} imports ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('packages are imported by the paths that the rules name, not from further inside', () => {
    const packages = new Set(filesIn('src').flatMap(importsOf));
    expect([...packages].filter((path) => path.startsWith('zod') && path !== 'zod/mini')).toEqual([]);
  });

  it('build does not import the service, only its core', () => {
    const service = filesIn('build')
      .flatMap(importsOf)
      .filter((path) => path.startsWith('src/') && !path.startsWith('src/core/'));
    expect(service).toEqual([]);
  });

  it('every import of a file carries its ending', () => {
    const bare = filesIn('src').flatMap((file) =>
      importsOf(file).filter((path) => /^(?:src|artifacts)\//.test(path) && !/\.(?:ts|json)$/.test(path)),
    );
    expect(bare).toEqual([]);
  });
});
