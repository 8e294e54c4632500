import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What each part may import: parts of the project by their folder, packages by their name. */
const RULES = [
  { part: 'src/core', mayImport: ['src/core', 'zod/mini'] },
  {
    part: 'src',
    mayImport: [
      'src',
      'artifacts',
      'config',
      'cloudflare:workers',
      '@noble/hashes',
      'hono',
      '@hono/zod-validator',
      'jose',
      'hono/cors',
      'zod/mini',
      'fflate',
      'fzstd',
      'papaparse',
    ],
  },
];

/** @returns the paths that a file of the project imports: packages as they are, files from the project's root */
function importsOf(file: string): string[] {
  const text = readFileSync(`${ROOT}${file}`, 'utf8');
  const found = text.matchAll(/(?:^(?:import|export)\b[^'"]*?\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/gm);
  return Array.from(found, ([, specifier = '']) =>
    specifier.startsWith('.') ? new URL(specifier, `file:///${file}`).pathname.slice(1) : specifier,
  );
}

/** The folders of src/core in the order of the system's one line: each may import those before it, and the files beside them. */
const STEPS = [
  'fields',
  'segments',
  'config',
  'history',
  'cube',
  'estimate',
  'artifact',
  'decide',
  'publish',
];

function filesIn(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

/** @returns the two folders, side by side, that an import crosses between; the same one twice where it stays inside */
function roomsOf(from: string, to: string): [string, string] {
  const a = from.split('/');
  const b = to.split('/');
  const shared = a.findIndex((name, index) => name !== b[index]);
  if (shared >= a.length - 1 || shared >= b.length - 1) return ['', ''];
  return [a.slice(0, shared + 1).join('/'), b.slice(0, shared + 1).join('/')];
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

  it('in core each step knows those before it, none after, and the basics none at all', () => {
    const stepOf = (path: string) => STEPS.indexOf(/^src\/core\/([^/]+)\//.exec(path)?.[1] ?? '');
    const wrong = filesIn('src/core').flatMap((file) =>
      importsOf(file)
        .filter((path) => stepOf(path) > stepOf(file))
        .map((path) => `${file} imports ${path}`),
    );
    expect(wrong).toEqual([]);
    expect(readdirSync(`${ROOT}src/core`).filter((name) => !name.includes('.'))).toEqual(STEPS.toSorted());
  });

  it('no file leads back to itself, not even by its types', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const follow = (file: string, above: readonly string[]): void => {
      if (above.includes(file)) circles.push([...above.slice(above.indexOf(file)), file].join(' → '));
      if (done.has(file) || above.includes(file)) return;
      const inside = importsOf(file).filter((path) => /^(?:src|build)\/.*\.tsx?$/.test(path));
      for (const path of inside) follow(path, [...above, file]);
      done.add(file);
    };
    for (const file of [...filesIn('src'), ...filesIn('build')]) follow(file, []);
    expect(circles).toEqual([]);
  });

  it('no folder leads back to itself, directly or through others', () => {
    const known = new Map<string, Map<string, string>>();
    for (const file of [...filesIn('src'), ...filesIn('build')]) {
      for (const path of importsOf(file).filter((one) => /^(?:src|build)\/.*\.tsx?$/.test(one))) {
        const [from, to] = roomsOf(file, path);
        if (from === to) continue;
        known.set(from, (known.get(from) ?? new Map()).set(to, `${file} imports ${path}`));
      }
    }
    const circles: string[] = [];
    const follow = (room: string, above: readonly string[]): void => {
      for (const [next, reason] of known.get(room) ?? []) {
        if (next === above[0]) circles.push(reason);
        else if (!above.includes(next)) follow(next, [...above, next]);
      }
    };
    for (const room of known.keys()) follow(room, [room]);
    expect(circles).toEqual([]);
  });

  it('packages are imported by the paths that the rules name, not from further inside', () => {
    const packages = new Set(filesIn('src').flatMap(importsOf));
    expect([...packages].filter((path) => path.startsWith('zod') && path !== 'zod/mini')).toEqual([]);
  });

  it('build does not import the service, only its core and what goes over the wire; the API reference is made by asking it', () => {
    const service = filesIn('build')
      .filter((file) => !file.startsWith('build/openapi/'))
      .flatMap(importsOf)
      .filter((path) => path.startsWith('src/') && !/^src\/(?:core|api)\//.test(path));
    const shared = [
      'src/pages/console-headers.ts',
      'src/platform/buffered-log.ts',
      'src/platform/clock.ts',
      // The command line publishes into the data folder of a server of one's own.
      'src/server/deno.ts',
      'src/server/disk.ts',
      'src/server/key-value.ts',
      // The command line and the service tell the same hook.
      'src/webhook/settings.ts',
      'src/webhook/webhook.ts',
      'src/unpack/head.ts',
      'src/unpack/text.ts',
      'src/unpack/zip.ts',
      'src/unpack/zstd-frame.ts',
    ];
    expect(service.filter((path) => !shared.includes(path))).toEqual([]);
  });

  it('the service does not import the console, which runs in browsers', () => {
    const files = filesIn('src').filter((file) => !file.startsWith('src/console/'));
    expect(files.flatMap(importsOf).filter((path) => path.startsWith('src/console/'))).toEqual([]);
  });

  it('the console takes nothing but types and a few leaves from the service, so that its bundle stays small', () => {
    // What if works out answers as the service does: it takes the core, and is loaded only when it is opened.
    const small = filesIn('src/console').filter((file) => !/\/what-if[^/]*$/.test(file));
    const taken = small.flatMap((file) =>
      readFileSync(`${ROOT}${file}`, 'utf8')
        .split('\n')
        .filter((line) =>
          /^import (?!type ).*'(?:\.\.\/)+(?:api|client|core|http|ingest|pages|platform|routes|store)\//.test(
            line,
          ),
        )
        .filter(
          (line) =>
            !/\/api\/(?:problem-codes|upload-name)\.ts';$|\/core\/(?:decide\/decision|history\/drop-meanings|segments\/(?:features|cell-names)|parse-json|shares|values|words|sum-money|publish\/(?:ended-run|spend|preview))\.ts';$/.test(
              line,
            ),
        )
        .map((line) => `${file}: ${line}`),
    );
    expect(taken).toEqual([]);
  });

  it('every import of a file carries its ending', () => {
    const bare = filesIn('src').flatMap((file) =>
      importsOf(file).filter((path) => /^(?:src|artifacts)\//.test(path) && !/\.(?:tsx?|json)$/.test(path)),
    );
    expect(bare).toEqual([]);
  });
});
