import { type BigIntStats, statSync } from 'node:fs';
import { InputError, type InputFile } from './file.ts';
import { isAddress, isStdin } from './remote/address.ts';

/** @returns what tells one state of a file from another: device, inode, size, and the times of the last changes in nanoseconds */
export function stateText({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

/**
 * Notes the state of files that are about to be read. Of a file that is written to meanwhile, rows of two states would be
 * counted together. What is read from an address is held to its ETag where it is read.
 *
 * @returns throws an InputError for a file that is in another state by now
 */
export function noteStates(files: readonly Pick<InputFile, 'path'>[]): () => void {
  const before = files.map(({ path }) => stateOf(path));
  return () => {
    for (const [at, { path }] of files.entries()) {
      if (stateOf(path) === before[at]) continue;
      const sentence = `${path}: it changed while it was read: run the command again when nothing writes to it`;
      throw new InputError(sentence, { path, content: false });
    }
  };
}

/** @returns null for what is no regular file, or is not there */
function stateOf(path: string): string | null {
  if (isAddress(path) || isStdin(path)) return null;
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status?.isFile() ? stateText(status) : null;
}
