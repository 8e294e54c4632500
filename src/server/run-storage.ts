import type { RunStorage } from '../ingest/bindings.ts';
import { codeOf } from './deno.ts';
import { type Disk, fileName, segmentOf } from './disk.ts';

/**
 * Where the sequence of runs keeps what it knows: a file for each key, and all of it in memory, for it is little. A file
 * that cannot be read, as a power failure may leave one, counts as not there.
 */
export function diskRunStorage(disk: Disk, folder: string): RunStorage {
  const ending = '.json';
  const pathOf = (key: string) => disk.path(folder, fileName(key) + ending);
  const texts = new Map<string, string>();
  for (const name of namesIn(disk, disk.path(folder))) {
    const key = name.endsWith(ending) ? segmentOf(name.slice(0, -ending.length)) : null;
    const text = key === null ? null : jsonIn(disk, pathOf(key));
    if (key !== null && text !== null) texts.set(key, text);
  }

  return {
    get(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    put(key, value) {
      const text = JSON.stringify(value);
      disk.files.mkdirSync(disk.path(folder), { recursive: true });
      disk.writeSync(pathOf(key), text);
      texts.set(key, text);
    },
    delete(key) {
      if (texts.delete(key)) disk.files.removeSync(pathOf(key));
    },
    *list({ prefix, limit = Number.POSITIVE_INFINITY }) {
      const keys = [...texts.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .reverse();
      for (const key of keys.slice(0, limit)) yield [key, JSON.parse(texts.get(key) ?? 'null')];
    },
  };
}

function namesIn(disk: Disk, folder: string): string[] {
  try {
    return [...disk.files.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function jsonIn(disk: Disk, path: string): string | null {
  try {
    const text = disk.files.readTextFileSync(path);
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}
