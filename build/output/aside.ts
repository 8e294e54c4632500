import { unlinkSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError } from '../../src/core/errors.ts';

/** Files that are being written, by the temporary path that they have until then. */
const unfinished = new Set<string>();

/**
 * A file that is written under a temporary name beside its own, so that nobody ever sees half of it: it takes its
 * name when it is complete and on the disk.
 */
export class AsideFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Opens a file to be written; its folder is made if there is none. @throws DataError when that cannot be */
  static async open(path: string): Promise<AsideFile> {
    const temporary = `${path}.${process.pid}.tmp`;
    return await writing(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      unfinished.add(temporary);
      return new AsideFile(path, temporary, await open(temporary, 'w'));
    }).catch((error) => {
      unfinished.delete(temporary);
      throw error;
    });
  }

  async write(content: string | Uint8Array): Promise<void> {
    await writing(this.path, () => this.#handle.writeFile(content));
  }

  /** Puts the file in its place, in place of the one that is there. */
  async commit(): Promise<void> {
    await writing(this.path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#temporary, this.path);
      unfinished.delete(this.#temporary);
      await syncFolder(dirname(this.path));
    });
  }

  /** Leaves no trace of a file that is not to be; does nothing after {@link commit}. */
  async discard(): Promise<void> {
    if (!unfinished.delete(this.#temporary)) return;
    await this.#handle.close().catch(() => {});
    await unlink(this.#temporary).catch(() => {});
  }
}

/** Writes a whole file aside. @throws DataError when it cannot be written; then what was there is untouched */
export async function writeFileAside(path: string, text: string): Promise<void> {
  const file = await AsideFile.open(path);
  try {
    await file.write(text);
    await file.commit();
  } finally {
    await file.discard();
  }
}

/** Removes all unfinished files at once, for a process that is about to exit. */
export function discardUnfinished(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // It is gone, or was never made.
    }
  }
  unfinished.clear();
}

/** A rename is on the disk when its folder is; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new DataError(`${path}: it cannot be written (${error.message})`, { cause: error });
  }
}
