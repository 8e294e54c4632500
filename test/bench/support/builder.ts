import { join } from 'node:path';
import { type Measured, measure } from './measure.ts';
import { inProject } from './project.ts';
import type { Resources } from './resources.ts';

/** A build of the artifact as a process of its own. */
export async function build(
  resources: Resources,
  input: string,
  {
    engine,
    flags = [],
    env = {},
  }: { engine?: string; flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Measured> {
  const args = [
    inProject('build/build-artifact.ts'),
    ...['--input', input, '--out', join(resources.folder(), 'out'), '--json'],
    ...(engine ? ['--engine', engine] : []),
    ...flags,
  ];
  return measure(resources, process.execPath, args, env);
}

/** As {@link build}, for a build that has to succeed. */
export async function buildDone(...args: Parameters<typeof build>): Promise<Measured> {
  const built = await build(...args);
  if (built.code === 0) return built;
  throw new Error(`build-artifact of ${args[1]} ended with ${built.code}:\n${built.stderr.slice(-2000)}`);
}
