import { MOST_TABLE_BYTES } from '../core/artifact/read-table.ts';
import { statisticsPlace } from '../core/artifact/statistics.ts';
import { loadTable } from '../core/decide/load.ts';
import { messageOf } from '../core/errors.ts';
import { checkServed } from '../core/publish/bodies.ts';
import { type ArtifactSource, BOTH_FILES, type Loaded, liveSince, loadedOf } from './source.ts';

/** What is used of a file system. */
export interface Files {
  stat(path: string): Promise<{ size: number; mtime: Date | null; ino: number | null }>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The artifact in a file, read again when the file is another one or was written to. One that is written while it is
 * read fails its hash, and is tried again: only what was read whole is remembered.
 */
export function fileSource(path: string, files: Files): ArtifactSource {
  /** The stamp of the file when it was last read whole, and the version in it: what was read too late is not held. */
  let seen = { stamp: '', version: '' };
  return {
    origin: 'file',
    async load(held): Promise<Loaded> {
      const { size, mtime, ino } = await files.stat(path).catch(unreadable);
      const stamp = `${size} ${mtime?.getTime()} ${ino}`;
      const live = liveSince(mtime?.toISOString() ?? null);
      if (stamp === seen.stamp && held?.table.version === seen.version)
        return { kind: 'current', compiled: held, live };
      if (size > MOST_TABLE_BYTES) {
        const detail = `${path}: expected at most ${MOST_TABLE_BYTES} bytes, got ${size}: use fewer bands`;
        return { kind: 'bad', code: 'too_large', detail };
      }
      const read = await loadTable(await files.readFile(path));
      if (read.ok) seen = { stamp, version: read.compiled.table.version };
      return loadedOf(read, held, live, `${path}: `);
    },
    async statistics(table) {
      const place = statisticsPlace(path);
      return checkServed(new TextDecoder().decode(await files.readFile(place).catch(unreadable)), table);
    },
  };
}

function unreadable(error: unknown): never {
  throw new Error(`${messageOf(error)}; ${BOTH_FILES}`);
}
