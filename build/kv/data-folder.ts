import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import { Disk, reasonOf } from '../../src/server/disk.ts';
import { diskKv } from '../../src/server/key-value.ts';
import type { OpenKv } from './namespace.ts';
import { nodeFiles } from './node-files.ts';

/**
 * Opens the versions in the data folder of a server of one's own. The server may be running: it looks every second what
 * is live, and files are whole or not there.
 *
 * @throws DataError for a folder that no server has begun
 */
export async function openDataFolder(folder: string): Promise<OpenKv> {
  // A folder that is misspelt is not made: nothing would ever read it.
  if (!existsSync(join(folder, 'tmp'))) {
    throw new DataError(
      `--data: ${folder} is not the data folder of a server: it has no folder tmp. npm run serve makes one, in .data.`,
    );
  }
  return { kv: explained(diskKv(Disk.beside(nodeFiles, folder), 'versions'), folder), close: async () => {} };
}

/** Has failures of the file system told in a sentence. */
function explained(kv: KeyValue, folder: string): KeyValue {
  async function told<T>(asked: Promise<T>, what: string): Promise<T> {
    try {
      return await asked;
    } catch (cause) {
      throw new DataError(`The data folder ${folder} cannot be ${what}: ${reasonOf(cause)}.`, { cause });
    }
  }
  return {
    get: (key) => told(kv.get(key), 'read'),
    put: (key, value, options) => told(kv.put(key, value, options), 'written'),
    delete: (key) => told(kv.delete(key), 'written'),
    list: (options) => told(kv.list(options), 'read'),
  };
}
