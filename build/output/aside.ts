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
      await makeFolder(dirname(path));
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

  /**
   * Puts the file in its place, in place of the one that is there.
   *
   * @param durable whether it must be whole even if the power fails; waiting for the disk takes a while
   */
  async commit(durable = true): Promise<void> {
    if (durable) await this.sync();
    await writing(this.path, async () => {
      await this.#handle.close();
      await rename(this.#temporary, this.path);
      unfinished.delete(this.#temporary);
      if (durable) await syncFolder(dirname(this.path));
    });
  }

  /** Waits until what was written is on the disk. */
  async sync(): Promise<void> {
    await writing(this.path, () => this.#handle.sync());
  }

  /** Leaves no trace of a file that is not to be; does nothing after {@link commit}. */
  async discard(): Promise<void> {
    if (!unfinished.delete(this.#temporary)) return;
    await this.#handle.close().catch(() => {});
    await unlink(this.#temporary).catch(() => {});
  }
}

/** Writes a whole file aside. @throws DataError when it cannot be written; then what was there is untouched */
export async function writeFileAside(path: string, text: string, durable = true): Promise<void> {
  const file = await AsideFile.open(path);
  try {
    await file.write(text);
    await file.commit(durable);
  } finally {
    await file.discard();
  }
}

/**
 * Writes one text to several files aside, and puts them in their places, one after the other, when all are complete
 * and on the disk.
 *
 * @throws DataError when one cannot be written; no file is ever half there
 */
export async function writeFilesAside(paths: readonly string[], text: string): Promise<void> {
  const files: AsideFile[] = [];
  try {
    const bytes = Buffer.from(text);
    for (const path of paths) files.push(await AsideFile.open(path));
    await Promise.all(files.map((file) => file.write(bytes).then(() => file.sync())));
    for (const file of files) await file.commit();
  } finally {
    for (const file of files) await file.discard();
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

/**
 * Makes a folder and those above it. Node's own way to do that says of a read-only file system that there is no such
 * file, and never ends below /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  const error = await mkdirError(folder);
  if (error?.code === 'ENOENT' && dirname(folder) !== folder) {
    await makeFolder(dirname(folder));
    const again = await mkdirError(folder);
    if (again !== null) throw again;
  } else if (error !== null) throw error;
}

/** @returns why there is no such folder; null when there is one */
async function mkdirError(folder: string): Promise<NodeJS.ErrnoException | null> {
  const error = await mkdir(folder).then(
    () => null,
    (reason: NodeJS.ErrnoException) => reason,
  );
  return error?.code === 'EEXIST' ? null : error;
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
    const known = 'code' in error ? REASONS[String(error.code)] : undefined;
    throw new DataError(`${path}: it cannot be written${known ? `: ${known}` : ''} (${error.message})`, {
      cause: error,
    });
  }
}

const REASONS: Partial<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'there is a file where its folder should be',
  ENOTDIR: 'there is a file where its folder should be',
};
