import { execFile } from 'node:child_process';
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataError } from '../../src/core/errors.ts';
import { type Command, run } from '../cli/command.ts';
import { program, ROOT } from '../files/checkout.ts';
import { replaceFolder } from '../files/replaced-folder.ts';
import { clientTypes } from '../openapi/client-types.ts';

const SRC = join(ROOT, 'src');
const OUT = join(ROOT, 'dist');

/**
 * Builds the client as other people install it: a module of JavaScript and one of declarations for each file of
 * src/client/. The wire types are written out, so that nothing leads out of the folder.
 */
async function buildClient(): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'voucher-edge-client-'));
  await compile(folder.path);
  const compiled = join(folder.path, 'out/client');
  await replaceFolder(OUT, async (made) => {
    for (const name of await readdir(compiled)) {
      // It holds types alone.
      if (name === 'api.js') continue;
      const text = name === 'api.d.ts' ? clientTypes() : await readFile(join(compiled, name), 'utf8');
      // The compiler leaves the specifiers of declarations as they are.
      await writeFile(join(made, name), text.replace(/(from '\.\/[\w-]+)\.ts';/g, "$1.js';"));
    }
  });
}

/** Compiles src/client/ and what its types lead to into `out` of the folder. */
async function compile(folder: string): Promise<void> {
  const project = join(folder, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    target: 'ES2022',
    rootDir: SRC,
    outDir: join(folder, 'out'),
  };
  const config = { extends: join(SRC, 'tsconfig.json'), compilerOptions, include: [join(SRC, 'client')] };
  await writeFile(project, JSON.stringify(config));
  try {
    await promisify(execFile)(process.execPath, [program('typescript', 'bin/tsc'), '-p', project]);
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    throw new DataError(`src/client does not compile:\n${stdout}`, { cause: error });
  }
}

const buildClientCommand: Command<Record<string, never>> = {
  name: 'npm run build:client --',
  summary: 'Builds the client for other projects into dist/: JavaScript and types, without dependencies.',
  options: {},
  examples: [{ args: '', does: 'build it; npm pack does so by itself, and makes a package of it' }],
  async run() {
    await buildClient();
  },
};

if (import.meta.main) await run(buildClientCommand);
