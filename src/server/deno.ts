/** What is used of Deno, and no more: `Deno` itself is of this shape, and a test may replace a part of it. */
export interface DenoFiles {
  mkdir(path: string, options: { recursive: true }): Promise<void>;
  mkdirSync(path: string, options: { recursive: true }): void;
  open(path: string, options: OpenOptions): Promise<DenoFile>;
  openSync(path: string, options: OpenOptions): DenoFile;
  readDir(path: string): AsyncIterable<FolderEntry>;
  readDirSync(path: string): Iterable<FolderEntry>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  readTextFileSync(path: string): string;
  writeTextFileSync(path: string, text: string, options: { createNew: true }): void;
  rename(from: string, to: string): Promise<void>;
  renameSync(from: string, to: string): void;
  remove(path: string): Promise<void>;
  removeSync(path: string): void;
  stat(path: string): Promise<FileStatus>;
}

interface OpenOptions {
  read?: boolean;
  write?: boolean;
  createNew?: boolean;
}

export interface DenoFile {
  /** @returns bytes that were read; null at the end */
  read(into: Uint8Array): Promise<number | null>;
  /** @returns bytes that were written, which may be fewer than there are */
  write(bytes: Uint8Array): Promise<number>;
  utime(atime: Date, mtime: Date): Promise<void>;
  stat(): Promise<FileStatus>;
  /** Waits until all that was written is on the disk. */
  sync(): Promise<void>;
  /** @returns whether this process has the lock now; it is let go when the process ends, however it ends */
  tryLockSync(exclusive: boolean): boolean;
  close(): void;
}

export interface FileStatus {
  isFile: boolean;
  /** Bytes. */
  size: number;
  mtime: Date | null;
  ino: number | null;
}

interface FolderEntry {
  name: string;
  isFile: boolean;
  isDirectory: boolean;
}

/** @returns the code of an error of the file system or the network: `ENOENT`, `EADDRINUSE` */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
