import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, run } from '../cli/command.ts';
import { bundle } from '../files/bundle.ts';
import { ROOT } from '../files/checkout.ts';
import { replaceFolder } from '../files/replaced-folder.ts';

const OUT = '.server';

/** Files that the server reads while it runs, from the folder above its own. */
const READ = ['.console', 'artifacts/current.statistics.json'];

/**
 * Makes a folder with all that Deno needs to serve: one file of code, with the config and the bundled table in it, and
 * what it reads.
 */
async function buildServer(out: string): Promise<void> {
  await bundle({
    entryPoints: { server: join(ROOT, 'src/deno.ts') },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    // Names stay, so that a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'inline',
    outdir: join(out, 'bin'),
    logLevel: 'warning',
  });
  for (const name of READ) await cp(join(ROOT, name), join(out, name), { recursive: true });
}

const buildServerCommand: Command<Record<string, never>> = {
  name: 'npm run build:server --',
  summary:
    'Bundles the server for a machine of your own into the folder .server/. With Deno it is all that the machine needs.',
  options: {},
  examples: [
    { args: '', does: 'bundle it, with config/voucher.json and artifacts/current.json as they are' },
  ],
  async run(_, terminal) {
    await replaceFolder(join(ROOT, OUT), buildServer);
    terminal.out(`Wrote ${OUT}/\n`);
  },
};

if (import.meta.main) await run(buildServerCommand);
