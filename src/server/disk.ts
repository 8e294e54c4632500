import { messageOf } from '../core/errors.ts';
import { codeOf, type DenoFile, type DenoFiles, type FileStatus } from './deno.ts';

type Content = string | ReadableStream<Uint8Array>;

/** A file that is whole and has no place yet. */
interface WholeFile {
  /** What the file system says of it, also once it has its place. */
  status: FileStatus;
  /** Gives it its place, in place of the file that is there. */
  place(path: string): Promise<void>;
  /** Removes a file that was given no place; does nothing to one that was. */
  discard(): Promise<void>;
}

/** Where files are until they are whole. */
const TEMPORARY = 'tmp';

/**
 * The data folder of a server. A file is written beside its place, waited for until it is on the disk, and renamed: no
 * kill and no full disk leaves half of one. What a killed process has left half-written is removed by the next one.
 */
export class Disk {
  readonly files: DenoFiles;
  readonly #root: string;
  #lastMtime = 0;

  private constructor(files: DenoFiles, root: string) {
    this.files = files;
    this.#root = root;
  }

  /**
   * Takes a data folder for this process alone, and makes it if it is missing.
   *
   * @throws Error with a sentence for a folder that cannot be made or read, or that another process has
   */
  static async open(files: DenoFiles, root: string): Promise<Disk> {
    const disk = new Disk(files, root);
    await files.mkdir(root, { recursive: true }).catch((error: unknown) => {
      if (codeOf(error) !== 'EROFS')
        throw new Error(`DATA: the folder ${root} cannot be made: ${diskReason(error)}`);
    });
    const folder = disk.#opened();
    // Never closed: the lock is this process's as long as it lives.
    if (folder.tryLockSync(true)) return disk;
    throw new Error(`DATA: the folder ${root} is used by another server: stop it, or choose another folder`);
  }

  /** Works in a data folder that is another process's: what is written is whole, and nothing is held for this process. */
  static beside(files: DenoFiles, root: string): Disk {
    return new Disk(files, root);
  }

  #opened(): DenoFile {
    try {
      return this.files.openSync(this.#root, { read: true });
    } catch (error) {
      throw new Error(`DATA: the folder ${this.#root} cannot be read: ${diskReason(error)}`);
    }
  }

  /**
   * Removes what killed processes have left, and finds out whether files can be written.
   *
   * @returns why they cannot, in a sentence; null where they can. What is stored is served either way
   */
  async prepare(): Promise<string | null> {
    try {
      await this.files.mkdir(this.path(TEMPORARY), { recursive: true });
      for await (const { name } of this.files.readDir(this.path(TEMPORARY))) {
        await this.files.remove(this.path(TEMPORARY, name));
      }
      await this.write(this.path(TEMPORARY, 'probe'), 'x');
      await this.files.remove(this.path(TEMPORARY, 'probe'));
      return null;
    } catch (error) {
      return `the data folder ${this.#root} cannot be written: ${diskReason(error)}`;
    }
  }

  path(...names: readonly string[]): string {
    return [this.#root, ...names].join('/');
  }

  /** Writes a whole file, in place of the one that is there. */
  async write(path: string, content: Content): Promise<void> {
    const file = await this.begin(content);
    try {
      await file.place(path);
    } finally {
      await file.discard();
    }
  }

  /** Writes a file that has no place yet. It is on the disk when this resolves. */
  async begin(content: Content): Promise<WholeFile> {
    const temporary = this.path(TEMPORARY, crypto.randomUUID());
    const discard = async () => void (await this.files.remove(temporary).catch(() => {}));
    try {
      const status = await this.#writeNew(temporary, content);
      return { status, place: (path) => this.#place(temporary, path), discard };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  /** As {@link write}, at once and without waiting for the disk: it outlives a kill, and a power failure most times. */
  writeSync(path: string, text: string): void {
    const temporary = this.path(TEMPORARY, crypto.randomUUID());
    try {
      this.files.writeTextFileSync(temporary, text, { createNew: true });
      this.files.renameSync(temporary, path);
    } catch (error) {
      try {
        this.files.removeSync(temporary);
      } catch {
        // It was never made.
      }
      throw error;
    }
  }

  /** @returns false where there was no such file */
  async remove(path: string): Promise<boolean> {
    return await unlessMissing(
      this.files.remove(path).then(() => true),
      false,
    );
  }

  async stat(path: string): Promise<FileStatus | null> {
    return await unlessMissing(this.files.stat(path), null);
  }

  /** @returns the bytes of a file; null for a missing one */
  async read(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return await unlessMissing(this.files.readFile(path), null);
  }

  /** @returns the names in a folder; none where there is no such folder */
  async names(folder: string): Promise<{ files: string[]; folders: string[] }> {
    const found = { files: [] as string[], folders: [] as string[] };
    try {
      for await (const { name, isFile, isDirectory } of this.files.readDir(folder)) {
        if (isFile) found.files.push(name);
        else if (isDirectory) found.folders.push(name);
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    return found;
  }

  async #writeNew(path: string, content: Content): Promise<FileStatus> {
    const file = await this.files.open(path, { write: true, createNew: true });
    try {
      if (typeof content === 'string') await writeAll(file, new TextEncoder().encode(content));
      else
        for await (const piece of content as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>)
          await writeAll(file, piece);
      // No two files of one server have the same time, so that it tells them apart.
      this.#lastMtime = Math.max(Date.now(), this.#lastMtime + 1);
      const time = new Date(this.#lastMtime);
      await file.utime(time, time);
      await file.sync();
      return await file.stat();
    } finally {
      file.close();
    }
  }

  async #place(temporary: string, path: string): Promise<void> {
    const folder = path.slice(0, path.lastIndexOf('/'));
    for (let again = 0; ; again++) {
      try {
        await this.files.rename(temporary, path);
        break;
      } catch (error) {
        // There is no folder yet; an empty one may also have been removed in this moment.
        if (codeOf(error) !== 'ENOENT' || again === 3) throw error;
        await this.files.mkdir(folder, { recursive: true });
      }
    }
    const opened = await this.files.open(folder, { read: true });
    try {
      await opened.sync();
    } finally {
      opened.close();
    }
  }
}

/** @returns what went wrong, in words */
export function diskReason(error: unknown): string {
  if (error instanceof Error && error.name === 'NotCapable') return NOT_CAPABLE;
  return DISK_REASONS[codeOf(error) ?? ''] ?? messageOf(error);
}

/** Deno asks for another flag for each path, and for all rights where there is a device or a process. */
const NOT_CAPABLE =
  'Deno has no permission to write there: choose another folder, or start it with --allow-write=FOLDER';

/** What the codes of a file system mean, in words. */
export const DISK_REASONS: Partial<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'there is a file of this name',
  ENOTDIR: 'a part of its path is a file',
};

/**
 * @param segment a part of a key: any text
 * @returns the name of its file or folder: letters, digits and most signs as they are, the rest as %XX
 */
export function fileName(segment: string): string {
  if (segment === '') throw new Error('a key has no empty parts');
  return encodeURIComponent(segment).replaceAll('%3A', ':').replace(/^\./, '%2E');
}

/** @returns the text that {@link fileName} made a name of; null for a name that it makes of no text */
export function segmentOf(name: string): string | null {
  try {
    const segment = decodeURIComponent(name);
    return fileName(segment) === name ? segment : null;
  } catch {
    return null;
  }
}

async function writeAll(file: DenoFile, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(await file.write(rest));
}

async function unlessMissing<T, M>(asked: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await asked;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return missing;
    throw error;
  }
}
