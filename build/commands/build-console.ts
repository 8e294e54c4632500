import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { MOST_PARTS_SERVED, PART_CHARACTERS } from '../../src/core/publish/bodies.ts';
import { CONSOLE_HEADERS } from '../../src/pages/console-headers.ts';
import { type Command, run } from '../cli/command.ts';
import { bundle } from '../files/bundle.ts';
import { ROOT } from '../files/checkout.ts';
import { writeDeployedConfig } from '../files/deployed-config.ts';
import { replaceFolder } from '../files/replaced-folder.ts';
import { docsPages } from '../openapi/docs-page.ts';
import { documented, openApi } from '../openapi/document.ts';

const SOURCE = join(ROOT, 'src/console');
/** What the Worker reads of the bundled artifact when it is asked for statistics. */
const STATISTICS = join(ROOT, 'artifacts/current.statistics.json');
const OUT = join(ROOT, '.console');
/** Where the views lie that are loaded when they are opened, and what they share. */
const PARTS = 'console';
/** What the pages of the reference run. */
const DOCS_SCRIPT = `${PARTS}/docs`;

/**
 * Builds the console and the API reference. A file that is no longer made goes away; a server that watches the folder
 * never sees one missing, or half of one.
 *
 * @param out a folder of nothing else: .console/ is what the Worker has as static assets, and what Deno reads
 */
export async function buildConsole(out = OUT): Promise<void> {
  await replaceFolder(out, writeConsole);
}

async function writeConsole(out: string): Promise<void> {
  await mkdir(join(out, PARTS));
  const pages = await readdir(join(SOURCE, 'pages'));
  const [metafile] = await Promise.all([
    bundle({
      entryPoints: [
        { in: join(SOURCE, 'main.tsx'), out: 'console' },
        { in: join(SOURCE, 'styles/console.css'), out: 'console' },
        { in: join(SOURCE, 'docs.ts'), out: DOCS_SCRIPT },
      ],
      bundle: true,
      splitting: true,
      chunkNames: `${PARTS}/[name]-[hash]`,
      minify: true,
      format: 'esm',
      // The first that have Map.groupBy, which What if needs.
      target: ['es2022', 'chrome117', 'firefox119', 'safari17.4'],
      outdir: out,
      logLevel: 'warning',
    }),
    ...pages.map((name) => copyFile(join(SOURCE, 'pages', name), join(out, name))),
    writeFile(join(out, '_headers'), headersFile()),
    copyStatistics(STATISTICS, out),
    reference(out),
  ]);
  const parts = Object.keys(metafile.outputs)
    .map((path) => basename(path))
    .filter((name) => !name.startsWith('console.'));
  await writeFile(join(out, PARTS, 'parts.json'), JSON.stringify(parts));
  await preload(out, metafile);
}

/** Copies as much of the statistics as the service reads. It refuses larger ones, and a static asset has 25 MiB at most. */
export async function copyStatistics(from: string, out: string): Promise<void> {
  const text = await readFile(from, 'utf8');
  await writeFile(join(out, basename(from)), text.slice(0, MOST_PARTS_SERVED * PART_CHARACTERS));
}

/** Makes all that a server needs beside its code and the artifact: the console, and the config that it is deployed with. */
export async function buildServed(): Promise<void> {
  await writeDeployedConfig();
  await buildConsole();
}

/** @returns the file that tells Workers' static assets which headers to send with each */
function headersFile(): string {
  const lines = Object.entries(CONSOLE_HEADERS).map(([name, value]) => `  ${name}: ${value}`);
  return ['/*', ...lines, ''].join('\n');
}

/** Has the page ask at once for what its script begins with, not when the script has come. */
async function preload(out: string, { outputs }: Metafile): Promise<void> {
  const needed = new Set<string>();
  const add = (path: string): void => {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || needed.has(next)) continue;
      needed.add(next);
      add(next);
    }
  };
  add(Object.keys(outputs).find((path) => basename(path) === 'console.js') ?? '');
  const links = [...needed].map((path) => `<link rel="modulepreload" href="/${PARTS}/${basename(path)}" />`);
  const page = join(out, 'index.html');
  const html = await readFile(page, 'utf8');
  await writeFile(page, html.replace('</head>', `  ${links.join('\n    ')}\n  </head>`));
}

/** The API reference for people and for programs, with the answers that the service gives. */
async function reference(out: string): Promise<void> {
  const all = await documented();
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const shell = await readFile(join(SOURCE, 'pages/index.html'), 'utf8');
  await writeFile(join(out, 'openapi.json'), `${JSON.stringify(openApi(all, version), null, 2)}\n`);
  await mkdir(join(out, 'docs'));
  const pages = docsPages(all, shell, `/${DOCS_SCRIPT}.js`);
  for (const [path, page] of Object.entries(pages)) await writeFile(join(out, `${path}.html`), page);
}

const buildConsoleCommand: Command<Record<string, never>> = {
  name: 'npm run build:console --',
  summary:
    'Builds the console and the API reference into .console/, from where the Worker and Deno serve them, and checks the config that they are deployed with.',
  options: {},
  examples: [{ args: '', does: 'build them; the scripts that serve, test and deploy do so by themselves' }],
  async run() {
    await buildServed();
  },
};

if (import.meta.main) await run(buildConsoleCommand);
