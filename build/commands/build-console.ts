import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Command, EXIT_DONE, run } from '../cli/command.ts';
import { headersFile } from '../files/headers-file.ts';
import { docsPage } from '../openapi/docs-page.ts';
import { documented, openApi } from '../openapi/document.ts';

const SOURCE = fileURLToPath(new URL('../../src/console/', import.meta.url));
/** What the Worker reads of the bundled artifact when it is asked for statistics. */
const STATISTICS = fileURLToPath(new URL('../../artifacts/current.statistics.json', import.meta.url));
const OUT = fileURLToPath(new URL('../../.console/', import.meta.url));

/**
 * Builds the console and the API reference. A file that is no longer made goes away; a server that watches the folder
 * never sees it missing.
 *
 * @param out a folder of nothing else: .console/ is what the Worker has as static assets, and what Deno reads
 */
export async function buildConsole(out = OUT): Promise<void> {
  await mkdir(out, { recursive: true });
  const pages = await readdir(join(SOURCE, 'pages'));
  await Promise.all([
    build({
      entryPoints: [
        { in: join(SOURCE, 'main.ts'), out: 'console' },
        { in: join(SOURCE, 'styles/console.css'), out: 'console' },
      ],
      bundle: true,
      minify: true,
      format: 'esm',
      target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
      outdir: out,
      logLevel: 'warning',
    }),
    ...pages.map((name) => copyFile(join(SOURCE, 'pages', name), join(out, name))),
    writeFile(join(out, '_headers'), headersFile()),
    copyFile(STATISTICS, join(out, basename(STATISTICS))),
    reference(out),
  ]);
  const made = new Set([
    ...pages,
    'console.js',
    'console.css',
    '_headers',
    'docs.html',
    'openapi.json',
    basename(STATISTICS),
  ]);
  for (const name of await readdir(out)) if (!made.has(name)) await rm(join(out, name), { recursive: true });
}

/** The API reference for people and for programs, with the answers that the service gives. */
async function reference(out: string): Promise<void> {
  const all = await documented();
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const shell = await readFile(join(SOURCE, 'pages/index.html'), 'utf8');
  await writeFile(join(out, 'openapi.json'), `${JSON.stringify(openApi(all, version), null, 2)}\n`);
  await writeFile(join(out, 'docs.html'), docsPage(all, shell));
}

const buildConsoleCommand: Command<Record<string, never>> = {
  name: 'npm run build:console --',
  summary:
    'Builds the console and the API reference into .console/, from where the Worker and Deno serve them.',
  options: {},
  examples: [{ args: '', does: 'build them; the scripts that serve, test and deploy do so by themselves' }],
  async run() {
    await buildConsole();
    return EXIT_DONE;
  },
};

if (import.meta.main) await run(buildConsoleCommand);
