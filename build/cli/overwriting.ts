import { realPath } from '../read/real-path.ts';
import { UsageError } from './options.ts';

const OTHER_FORMAT = /\.(?:parquet|xlsx?|zip|bz2|gz|gzip|zst|zstd)$/i;

/**
 * Refuses a name that promises another format than what is written.
 *
 * @param option what the path was given for: `--output`
 * @param formats what may be written, in words
 * @param known the end of a name that does not lie, if it looks so
 */
export function requireTextName(
  option: string,
  path: string | undefined,
  formats: string,
  known = /$^/,
): void {
  if (path === undefined || !OTHER_FORMAT.test(path) || known.test(path)) return;
  throw new UsageError(
    `expected the name of a text file for ${option}, got ${path}: what is written is ${formats}`,
  );
}

/**
 * Refuses, before anything is read or written, what would overwrite a file that is read.
 *
 * @param read the files that a command reads: its inputs, its config, its artifact
 * @param written the files that it writes, by what they are called: `--rejects`; undefined for those it does not
 * @throws UsageError when it would write over what it reads, or two things to one file, under any names
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
