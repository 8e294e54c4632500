import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, measure, measureDone } from './measure.ts';
import { inProject } from './project.ts';
import type { Resources } from './resources.ts';

const BUILD = inProject('build/commands/build-artifact.ts');
/** As the script of package.json loads it. */
const COMPILE_CACHE = inProject('build/cli/compile-cache.mjs');
const SAMPLE = inProject('build/sample/history.csv');

/** Builds an artifact from a file or folder, as a process of its own that has to succeed. */
export async function buildDone(
  resources: Resources,
  input: string,
  flags: readonly string[] = [],
): Promise<Measured> {
  const built = await build(resources, input, flags);
  if (built.code === 0) return built;
  throw new Error(`build-artifact of ${input} ended with ${built.code}:\n${built.stderr.slice(-2000)}`);
}

/** Builds an artifact from a table on a ClickHouse server, as a process of its own that has to succeed. */
export async function buildTableDone(resources: Resources, url: string, table: string): Promise<Measured> {
  const out = join(resources.folder(), 'out');
  const args = [...['--clickhouse-url', url, '--table', table], ...['--out', out, '--json']];
  return await measureDone(resources, process.execPath, ['--import', COMPILE_CACHE, BUILD, ...args]);
}

/** Tries flags on the sample. @returns why a build with them is left out, or null when it works */
export async function missingFromBuild(
  resources: Resources,
  flags: readonly string[],
): Promise<string | null> {
  if (!existsSync(BUILD)) return 'this version has no build:artifact';
  const { code, stderr } = await build(resources, SAMPLE, flags);
  if (code === 0) return null;
  const [sentence = `it ended with ${code}`] = stderr.trim().split('\n');
  return code === 2 ? `this version has no ${flags.join(' ')} (${sentence})` : sentence;
}

function build(resources: Resources, input: string, flags: readonly string[]): Promise<Measured> {
  const out = join(resources.folder(), 'out');
  const args = ['--import', COMPILE_CACHE, BUILD, '--input', input, '--out', out, '--json', ...flags];
  return measure(resources, process.execPath, args);
}
