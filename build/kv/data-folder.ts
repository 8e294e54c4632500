import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { Disk, diskReason } from '../../src/server/disk.ts';
import { diskKv } from '../../src/server/key-value.ts';
import { explained, type OpenKv } from './namespace.ts';
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
  const kv = explained(diskKv(Disk.beside(nodeFiles, folder), 'versions'), (asked, what) =>
    asked.catch((cause: unknown) => {
      throw new DataError(`The data folder ${folder} cannot be ${what}: ${diskReason(cause)}.`, { cause });
    }),
  );
  return { kv, close: async () => {} };
}
