import { existsSync } from 'node:fs';
import { isVersion } from '../../src/core/artifact/version.ts';
import { DataError } from '../../src/core/errors.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import { livePointer } from '../../src/core/publish/publish.ts';
import type { Compared } from '../../src/core/publish/side.ts';
import { storedArtifact } from '../../src/core/publish/versions.ts';
import type { Terminal } from '../cli/terminal.ts';
import { readArtifactFiles } from '../files/artifact-files.ts';

/** @returns what is live. @throws DataError where nothing is */
export async function liveVersion(kv: KeyValue): Promise<string> {
  const pointer = await livePointer(kv);
  if (pointer === null) throw new DataError('nothing is published yet: npm run artifact -- publish');
  return pointer.version;
}

/**
 * Reads what a word of the command line names: `live`, a version, or a file. Of one that was published, missing
 * statistics are worth a warning.
 *
 * @throws DataError for an artifact that is not there, or damaged
 */
export async function namedArtifact(kv: KeyValue, name: string, terminal: Terminal): Promise<Compared> {
  const version = name === 'live' ? await liveVersion(kv) : name;
  if (!isVersion(version)) {
    if (existsSync(version)) return await readArtifactFiles(version);
    throw new DataError(
      `There is no version and no file ${JSON.stringify(name)}: npm run artifact -- list shows the versions, and "live" is the one that is live.`,
    );
  }
  const read = await storedArtifact(kv, version, Number.POSITIVE_INFINITY);
  if (!read.ok) throw new DataError(`artifact ${version} cannot be read: ${read.detail}`);
  warnOfFault(read.fault, terminal);
  return read.compared;
}

/** @param fault why there are no statistics */
export function warnOfFault(fault: string | null, terminal: Terminal): void {
  if (fault !== null) terminal.warn(`${fault}; what needs them is left out`);
}
