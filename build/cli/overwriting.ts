import { realPath } from '../sources/real-path.ts';
import { UsageError } from './options.ts';

/**
 * Refuses, before anything is read or written, what would cost somebody a file.
 *
 * @param read the files that a command reads: its inputs, its config, its artifact
 * @param written the files that it writes, by what they are called: `--rejects`; undefined for those it does not
 * @throws UsageError when it would write over what it reads, or two things to one file, by whatever names
 */
export async function refuseOverwriting(
  read: readonly string[],
  written: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const names = new Map<string, string>();
  for (const [name, path] of Object.entries(written)) {
    if (path === undefined) continue;
    const real = await realPath(path);
    const other = names.get(real);
    if (other !== undefined) throw new UsageError(`expected different files for ${other} and ${name}`);
    names.set(real, name);
  }
  const reals = await Promise.all(read.map(async (path) => ({ path, real: await realPath(path) })));
  for (const { path, real } of reals) {
    if (names.has(real)) throw new UsageError(`expected to read ${path}, not to write over it`);
  }
}
