import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

/**
 * Bundles as esbuild does, and writes the files itself: what cannot be written is an error of the file system.
 *
 * @returns which files there are, and what each imports
 */
export async function bundle(options: BuildOptions): Promise<Metafile> {
  const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true });
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  return metafile;
}
