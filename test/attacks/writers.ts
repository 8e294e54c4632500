import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from '../support/children.ts';
import { ROOT, type Writer } from './attack.ts';

const node = (command: string, ...args: string[]) => [
  process.execPath,
  '--import',
  join(ROOT, 'build/cli/compile-cache.mjs'),
  join(ROOT, `build/commands/${command}.ts`),
  ...args,
];

/** Replaces the history by one with fewer rows. */
function shorten(folder: string): void {
  const path = join(folder, 'history.csv');
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, `${lines.slice(0, 5_000).join('\n')}\n`);
}

function lengthen(folder: string): void {
  cpSync(join(ROOT, 'build/sample/history.csv'), join(folder, 'history.csv'));
}

/** Runs a command on the shorter history, then puts the longer one in its place: both states have all files. */
function ranBefore(line: (folder: string) => readonly string[]): (folder: string) => void {
  return (folder) => {
    shorten(folder);
    const [file = '', ...args] = line(folder);
    execFileSync(file, args, { cwd: ROOT, stdio: 'pipe' });
    lengthen(folder);
  };
}

const build = (folder: string) =>
  node(
    'build-artifact',
    ...['--input', join(folder, 'history.csv'), '--out', join(folder, 'out')],
    ...['--rejects', join(folder, 'out/rejects.csv')],
  );

const incremental = (folder: string) =>
  node(
    'build-artifact',
    ...['--input', join(folder, 'history.csv'), '--out', join(folder, 'out')],
    ...['--incremental', '--cache', join(folder, 'cache')],
  );

const score = (folder: string) =>
  node(
    'score',
    ...['--input', join(folder, 'customers.csv'), '--output', join(folder, 'out/scored.csv')],
    ...['--rejects', join(folder, 'out/rejects.csv'), '--as-of', '2026-07-01'],
  );

/** Customers that are scored, and some that are refused. */
function customers(folder: string): void {
  const rows = Array.from({ length: 60_000 }, (_, row) => `${row},Peru,${row % 97 === 0 ? 'x' : row % 60}`);
  const text = ['customer_id,country_code,total_orders', ...rows].join('\n');
  writeFileSync(join(folder, 'customers.csv'), `${text}\n`);
}

export const WRITERS: readonly Writer[] = [
  { name: 'build:artifact', prepare: ranBefore(build), line: build, outputs: ['out'] },
  {
    name: 'build:artifact --incremental',
    prepare: ranBefore(incremental),
    line: incremental,
    outputs: ['out'],
  },
  {
    name: 'score',
    prepare(folder) {
      mkdirSync(join(folder, 'out'));
      customers(folder);
    },
    line: (folder) => [...score(folder), '--segment', 'frequency_segment'],
    outputs: ['out'],
  },
  {
    name: 'artifact -- publish --data',
    prepare: (folder) => mkdirSync(join(folder, 'data/tmp'), { recursive: true }),
    line: (folder) =>
      node('artifact', 'publish', '--data', join(folder, 'data'), '--force', '--by', 'attack'),
    // The pointer and the history hold the time.
    outputs: [],
    reader: (folder) => node('artifact', 'list', '--json', '--data', join(folder, 'data')),
  },
  {
    name: 'artifact -- publish to KV',
    prepare: (folder) => mkdirSync(join(folder, 'state')),
    line: (folder) =>
      node('artifact', 'publish', '--persist-to', join(folder, 'state'), '--force', '--by', 'attack'),
    outputs: [],
    reader: (folder) => node('artifact', 'list', '--json', '--persist-to', join(folder, 'state')),
  },
  {
    name: 'watch',
    prepare(folder) {
      ranBefore(build)(folder);
      mkdirSync(join(folder, 'input'));
      cpSync(join(folder, 'history.csv'), join(folder, 'input/history.csv'));
    },
    line: (folder) =>
      node(
        'watch',
        join(folder, 'input'),
        ...['--out', join(folder, 'out'), '--cache', join(folder, 'cache'), '--settle', '0.1'],
      ),
    outputs: ['out/current.json', 'out/current.statistics.json'],
    ends: 8_000,
  },
  {
    name: 'build:console',
    prepare: () => {},
    line: (folder) => [
      process.execPath,
      '--input-type=module',
      '-e',
      `const { buildConsole } = await import(${JSON.stringify(join(ROOT, 'build/commands/build-console.ts'))});
      await buildConsole(${JSON.stringify(join(folder, 'console'))}).catch((error) => {
        console.error('error: ' + error.message);
        process.exitCode = 1;
      });`,
    ],
    outputs: ['console'],
  },
  {
    name: 'generate',
    prepare(folder) {
      const files = execFileSync('git', ['ls-files', 'build', 'src', 'config', 'artifacts', 'package.json'], {
        cwd: ROOT,
      });
      for (const file of files.trim().split('\n')) cpSync(join(ROOT, file), join(folder, 'project', file));
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'project/node_modules'));
      for (const made of ['config/voucher.schema.json', 'artifacts/config.json'])
        writeFileSync(join(folder, 'project', made), `{}\n${' '.repeat(10_000)}`);
    },
    line: (folder) => [process.execPath, join(folder, 'project/build/commands/generate.ts')],
    cwd: (folder) => join(folder, 'project'),
    outputs: ['project/config', 'project/artifacts'],
  },
];
