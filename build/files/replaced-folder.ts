import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { removeLeftovers, temporaryName } from './temporary.ts';

/**
 * Makes a folder of nothing but what is made here. It is made beside its place and moved there file by file, so that a
 * process that is killed, or another one that makes the same folder, leaves no half file, and who reads the folder finds
 * no file missing. What others refer to comes first: the files in folders, then those beside them, pages last. What is
 * no longer made goes away at the end.
 *
 * @param make writes the files into a folder that it is given
 * @throws DataError when the files cannot be written; then what was there is untouched, or has some of the new files
 */
export async function replaceFolder(out: string, make: (folder: string) => Promise<void>): Promise<void> {
  const place = out.replace(/\/+$/, '');
  const staging = temporaryName(place);
  try {
    await removeLeftovers(dirname(place));
    await mkdir(staging, { recursive: true });
    await make(staging);
    await moveAll(staging, place);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
    throw new DataError(`${place}: it cannot be written (${error.message})`, { cause: error });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function moveAll(from: string, to: string): Promise<void> {
  // A link or a file in the place of a folder is not what is made here.
  const there = await lstat(to).catch(() => null);
  if (there !== null && !there.isDirectory()) await rm(to, { force: true });
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  const rank = (entry: (typeof entries)[number]) =>
    entry.isDirectory() ? 0 : entry.name.endsWith('.html') ? 2 : 1;
  for (const entry of entries.sort((a, b) => rank(a) - rank(b))) {
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await moveAll(join(from, entry.name), target);
      continue;
    }
    const old = await lstat(target).catch(() => null);
    if (old?.isDirectory()) await rm(target, { recursive: true, force: true });
    await rename(join(from, entry.name), target);
  }
  const made = new Set(entries.map(({ name }) => name));
  for (const name of await readdir(to)) {
    if (!made.has(name)) await rm(join(to, name), { recursive: true, force: true });
  }
}
