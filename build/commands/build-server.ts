import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Command, EXIT_DONE, run } from '../cli/command.ts';

const SOURCE = fileURLToPath(new URL('../../src/deno.ts', import.meta.url));
const OUT = fileURLToPath(new URL('../../.server/', import.meta.url));

/**
 * Bundles the server to one file that Deno runs without node_modules, with the config and the bundled artifact in it. It
 * reads the console from .console/ beside its own folder.
 */
async function buildServer(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await build({
    entryPoints: { server: SOURCE },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    // Names stay, so that a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'inline',
    outdir: out,
    logLevel: 'warning',
  });
}

const buildServerCommand: Command<Record<string, never>> = {
  name: 'npm run build:server --',
  summary:
    'Bundles the server for a machine of your own into .server/server.js. With .console/ and Deno it is all that the machine needs.',
  options: {},
  examples: [{ args: '', does: 'bundle it, with config/voucher.json and artifacts/current.json in it' }],
  async run(_, terminal) {
    await buildServer(OUT);
    terminal.out(`Wrote ${join('.server', 'server.js')}\n`);
    return EXIT_DONE;
  },
};

if (import.meta.main) await run(buildServerCommand);
