import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { safe } from '../cli/format.ts';
import { writeFileAside } from '../files/aside.ts';
import type { InputFile } from '../read/file.ts';
import { QUARANTINE } from '../read/kinds.ts';

/**
 * Moves a bad file out of the way, to FOLDER/quarantine, with the reason beside it in NAME.reason.txt. Nothing that
 * is there is written over.
 *
 * @returns where it is now
 */
export async function quarantine(folder: string, { path, name }: InputFile, reason: string): Promise<string> {
  const target = freeName(join(folder, QUARANTINE, name));
  await mkdir(dirname(target), { recursive: true });
  // The reason first: killed between the two, the next watch finds the file where it was, and the same reason.
  await writeFileAside(`${target}.reason.txt`, `${safe(reason)}\n`);
  await rename(path, target);
  return target;
}

function freeName(path: string): string {
  const { dir, name, ext } = parse(path);
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? path : join(dir, `${name}-${copy}${ext}`);
    if (!existsSync(candidate)) return candidate;
  }
}
