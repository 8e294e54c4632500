import { constants, unlinkSync } from 'node:fs';
import { access, type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, resolve } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { DISK_REASONS } from '../../src/server/disk.ts';
import { OutputError } from '../read/file.ts';
import { realPath } from '../read/real-path.ts';
import { removeLeftovers, temporaryName } from './temporary.ts';

/** Files that this process is writing, by the temporary path that they have until then: a signal ends all of them. */
const unfinished = new Set<string>();

/** How many pipes and devices this process is writing. */
let streams = 0;

/** What a process has open, by a name of its own: the file belongs to the caller that started the process. */
const DESCRIPTOR = /^\/(?:dev\/(?:std(?:in|out|err)|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/**
 * A file that is written under a temporary name beside its own, so that no reader ever sees half of it: it takes its
 * name when it is complete and on the disk, and is gone if it is left before. Of a link, the file that it leads to is written.
 *
 * A pipe or device cannot be replaced: it is written directly.
 */
export class AsideFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Null for what is written as it comes. */
  readonly #aside: { temporary: string; target: string } | null;
  #ended = false;

  private constructor(path: string, handle: FileHandle, aside: { temporary: string; target: string } | null) {
    this.path = path;
    this.#handle = handle;
    this.#aside = aside;
  }

  /** Opens a file to be written; its folder is made if it is missing. @throws DataError when that cannot be */
  static async open(path: string): Promise<AsideFile> {
    return await writing(path, async () =>
      (await isStream(path)) ? await AsideFile.#openStream(path) : await AsideFile.#openAside(path),
    );
  }

  static async #openAside(path: string): Promise<AsideFile> {
    const target = await realPath(path);
    const temporary = temporaryName(target);
    await makeFolder(dirname(target));
    await removeLeftovers(dirname(target));
    unfinished.add(temporary);
    try {
      return new AsideFile(path, await open(temporary, 'wx'), { temporary, target });
    } catch (error) {
      unfinished.delete(temporary);
      throw error;
    }
  }

  /** Opens what is there, to be written on. A pipe is open when a process reads it. */
  static async #openStream(path: string): Promise<AsideFile> {
    streams++;
    try {
      return new AsideFile(path, await open(path, constants.O_WRONLY | constants.O_APPEND), null);
    } catch (error) {
      streams--;
      throw error;
    }
  }

  async write(content: string | Uint8Array): Promise<void> {
    await writing(this.path, () => this.#handle.writeFile(content));
  }

  /** Puts the file in its place: see {@link AsideFile.commit}. */
  async commit(durable = true): Promise<void> {
    await AsideFile.commit([this], durable);
  }

  /**
   * Puts files in their places, in place of those that are there, one after the other when all are complete.
   *
   * @param durable whether they must be whole even if the power fails; waiting for the disk takes a while, for all together
   *   as long as for one
   */
  static async commit(files: readonly AsideFile[], durable = true): Promise<void> {
    await Promise.all(files.map((file) => writing(file.path, () => file.#complete(durable))));
    for (const file of files) await writing(file.path, () => file.#takePlace());
    if (!durable) return;
    const folders = new Set(files.flatMap((file) => (file.#aside ? dirname(file.#aside.target) : [])));
    for (const folder of folders) await writing(folder, () => syncFolder(folder));
  }

  async #complete(durable: boolean): Promise<void> {
    if (durable && this.#aside !== null) await this.#handle.sync();
    await this.#handle.close();
  }

  async #takePlace(): Promise<void> {
    if (this.#aside !== null) {
      const { temporary, target } = this.#aside;
      await rename(temporary, target);
      unfinished.delete(temporary);
    } else streams--;
    this.#ended = true;
  }

  /** Leaves no trace of a file that was not committed. What went into a pipe or device is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#handle.close().catch(() => {});
    if (this.#aside === null) {
      streams--;
      return;
    }
    unfinished.delete(this.#aside.temporary);
    await unlink(this.#aside.temporary).catch(() => {});
  }
}

/** @returns whether what is written to a path cannot be taken back; for the null device that does not matter */
export async function isTold(path: string): Promise<boolean> {
  return (await writing(path, () => isStream(path))) && !(await isNull(path));
}

/** @returns whether a path is that of the null device, by any name */
async function isNull(path: string): Promise<boolean> {
  const [found, known] = await Promise.all([path, devNull].map((one) => stat(one).catch(() => null)));
  return Boolean(found?.isCharacterDevice() && known?.isCharacterDevice() && found.rdev === known.rdev);
}

/** @returns whether a path is that of a pipe or device @throws DataError for what is neither that nor a file */
async function isStream(path: string): Promise<boolean> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (entry === null) return false;
  if (entry.isFile()) return DESCRIPTOR.test(resolve(path));
  if (entry.isFIFO() || entry.isCharacterDevice()) return true;
  const found = entry.isDirectory() ? 'a folder' : entry.isSocket() ? 'a socket' : 'a disk';
  throw new DataError(`${path}: it cannot be written: it is ${found}, not a file`);
}

/**
 * For what is written at the end of long work: says at its start that this cannot be. Leaves no trace.
 *
 * @throws DataError when no file can be written there
 */
export async function requireWritable(path: string): Promise<void> {
  await writing(path, async () => {
    if (!(await isStream(path))) await requireFolder(dirname(await realPath(path)));
  });
}

/** Asks for the right to write to a folder, or to the first above it that is there. */
async function requireFolder(folder: string): Promise<void> {
  await access(`${folder}/`, constants.W_OK).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await requireFolder(dirname(folder));
  });
}

/** Writes a whole file aside. @throws DataError when it cannot be written; then what was there is untouched */
export async function writeFileAside(path: string, text: string, durable = true): Promise<void> {
  await using file = await AsideFile.open(path);
  await file.write(text);
  await file.commit(durable);
}

/**
 * Writes several files aside, and puts them in their places, one after the other, when all are complete: each is on
 * the disk before it takes its name.
 *
 * @throws DataError when one cannot be written; no file is ever half there
 */
export async function writeFilesAside(contents: readonly [path: string, text: string][]): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const files: AsideFile[] = [];
  for (const [path] of contents) files.push(opened.use(await AsideFile.open(path)));
  await Promise.all(files.map((file, index) => file.write(contents[index]?.[1] as string)));
  await AsideFile.commit(files);
}

/** @returns whether a pipe or device is being written: that may wait for a reader for ever */
export function isWritingStream(): boolean {
  return streams > 0;
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

/** Makes a folder and the missing ones above it. @throws DataError when that cannot be */
export async function ensureFolder(folder: string): Promise<void> {
  await writing(folder, () => makeFolder(folder));
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
  if (error?.code !== 'EEXIST') return error;
  const entry = await stat(folder).catch(() => null);
  return entry?.isDirectory() ? null : error;
}

/** A rename is on the disk when its folder is; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder);
  await handle.sync();
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const known = 'code' in error ? REASONS[String(error.code)] : undefined;
    throw new OutputError(`${path}: it cannot be written${known ? `: ${known}` : ''} (${error.message})`, {
      cause: error,
    });
  }
}

const REASONS: Partial<Record<string, string>> = {
  ...DISK_REASONS,
  EEXIST: 'there is a file where its folder should be',
  ENOTDIR: 'there is a file where its folder should be',
  ELOOP: 'its symbolic links lead in a circle',
  EPIPE: 'its reader has ended',
};
