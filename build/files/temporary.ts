import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the name of a file ends in until it is complete: no other program ends a name like this. */
const TEMPORARY = /\.voucher-edge\.[0-9a-f]{16}\.tmp$/;

/**
 * @returns a name for a file until it is complete, beside the one that it will have. It is random, since processes of
 *   two containers that share a folder may have the same number.
 */
export function temporaryName(target: string): string {
  return `${target}.voucher-edge.${randomBytes(8).toString('hex')}.tmp`;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** When this process last looked through each folder, in milliseconds since the epoch. */
const swept = new Map<string, number>();
/** What it has removed, whichever command writes. */
let removed: string[] = [];

/**
 * Removes temporary files and folders that killed processes left: those last written more than a day ago. A process looks
 * through each folder that it writes to once a day.
 */
export async function removeLeftovers(folder: string, now = Date.now()): Promise<void> {
  if (now - (swept.get(folder) ?? Number.NEGATIVE_INFINITY) < DAY_MS) return;
  swept.set(folder, now);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    try {
      const status = await stat(path);
      if (!(status.isFile() || status.isDirectory()) || now - status.mtimeMs <= DAY_MS) continue;
      await rm(path, { recursive: true });
      removed.push(path);
    } catch {
      // Another process was faster, or it may not be removed: nothing depends on it.
    }
  }
}

/** @returns the paths that {@link removeLeftovers} has removed and that were not reported yet */
export function takeRemoved(): string[] {
  const paths = removed;
  removed = [];
  return paths;
}
