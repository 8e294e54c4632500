import { mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, open, opendir, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import type { DenoFile, DenoFiles } from '../../src/server/deno.ts';

/** The part of Deno's file system that the server uses, on Node. It takes no locks: the folder is a server's. */
export const nodeFiles: DenoFiles = {
  mkdir: async (path, options) => void (await mkdir(path, options)),
  mkdirSync: (path, options) => void mkdirSync(path, options),
  open: async (path, options) =>
    fileOf(await open(path, options.createNew ? 'wx+' : options.write ? 'w' : 'r')),
  openSync: () => ({ tryLockSync: () => true }) as unknown as DenoFile,
  async *readDir(path) {
    for await (const entry of await opendir(path)) yield entryOf(entry);
  },
  readDirSync: (path) => readdirSync(path, { withFileTypes: true }).map(entryOf),
  readFile: async (path) => Uint8Array.from(await readFile(path)),
  readTextFileSync: (path) => readFileSync(path, 'utf8'),
  writeTextFileSync: (path, text) => writeFileSync(path, text, { flag: 'wx' }),
  rename,
  renameSync,
  remove: async (path) => ((await stat(path)).isDirectory() ? await rmdir(path) : await unlink(path)),
  removeSync: unlinkSync,
  stat: async (path) => statusOf(await stat(path)),
};

function fileOf(handle: Awaited<ReturnType<typeof open>>): DenoFile {
  return {
    read: async (into) => (await handle.read(into)).bytesRead || null,
    write: async (bytes) => (await handle.write(bytes)).bytesWritten,
    utime: (atime, mtime) => handle.utimes(atime, mtime),
    stat: async () => statusOf(await handle.stat()),
    sync: () => handle.sync(),
    tryLockSync: () => true,
    close: () => void handle.close(),
  };
}

function statusOf(status: Awaited<ReturnType<typeof stat>>) {
  const { size, mtime, ino } = status;
  return { isFile: status.isFile(), size: Number(size), mtime, ino: Number(ino) };
}

function entryOf(entry: { name: string; isFile(): boolean; isDirectory(): boolean }) {
  return { name: entry.name, isFile: entry.isFile(), isDirectory: entry.isDirectory() };
}
