import { MOST_TABLE_BYTES } from '../core/artifact/read-table.ts';
import { statisticsPlace } from '../core/artifact/statistics.ts';
import { loadTable } from '../core/decide/load.ts';
import { messageOf } from '../core/errors.ts';
import { checkServed } from '../core/publish/bodies.ts';
import { type ArtifactSource, BOTH_FILES, type Loaded, liveSince } from './source.ts';

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
      if (stamp === seen.stamp && held?.table.version === seen.version) return { kind: 'same', live };
      if (size > MOST_TABLE_BYTES) {
        const detail = `${path}: expected at most ${MOST_TABLE_BYTES} bytes, got ${size}: use fewer bands`;
        return { kind: 'bad', code: 'too_large', detail };
      }
      const loaded = await loadTable(await files.readFile(path));
      if (!loaded.ok) return { kind: 'bad', code: loaded.code, detail: `${path}: ${loaded.detail}` };
      const { compiled } = loaded;
      seen = { stamp, version: compiled.table.version };
      if (compiled.table.version === held?.table.version) return { kind: 'same', live };
      return { kind: 'new', compiled, live };
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
