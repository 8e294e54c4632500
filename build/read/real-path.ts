import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Links that lead to no file are followed so far. */
const MOST_LINKS = 40;

/**
 * @returns the path that all names of a file share; for a missing file, also one that links point to, the one at
 * which it would be made
 */
export async function realPath(path: string): Promise<string> {
  return await follow(path, MOST_LINKS);
}

async function follow(path: string, links: number): Promise<string> {
  const absolute = resolve(path);
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ELOOP' ? absolute : null,
  );
  if (real !== null) return real;
  const folder = dirname(absolute);
  if (folder === absolute || links === 0) return absolute;
  const realFolder = await follow(folder, links);
  const link = await readlink(absolute).catch(() => null);
  if (link === null) return join(realFolder, basename(absolute));
  return await follow(resolve(realFolder, link), links - 1);
}
