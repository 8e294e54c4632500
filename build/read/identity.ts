import { statSync } from 'node:fs';
import { InputError, type InputFile } from './file.ts';
import { isAddress, isStdin } from './remote/address.ts';

/** What the file system, or a server, says of a file. */
export interface Identity {
  /** Device, inode, size, and the times of the last change of content and of anything, in nanoseconds; or ETag and size. */
  text: string;
  size: number;
  /**
   * Whether the file has not changed for a while. One that has may change again within the same tick of the file
   * system's clock, which would show in nothing: git calls such an entry of its index racy.
   */
  settled: boolean;
}

/** What a file is identified by. */
type Identified = Pick<InputFile, 'path' | 'size' | 'tag'>;

/** Milliseconds after which a change shows in the times of a file, on any file system: FAT counts in 2 seconds. */
const TICK = 2_000;

/**
 * @param now milliseconds since 1970
 * @returns null for what is not a regular file, or is not there, and for an address whose server gives no ETag and no time
 */
export function identify({ path, size: given, tag }: Identified, now: number): Identity | null {
  if (isAddress(path))
    return tag ? { text: `${tag}:${given}`, size: given, settled: isSettled(tag, now) } : null;
  if (isStdin(path)) return null;
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!status?.isFile()) return null;
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  const newest = Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;
  return {
    text: [dev, ino, size, mtimeNs, ctimeNs].join(':'),
    size: Number(size),
    settled: newest < now - TICK,
  };
}

/** An ETag is of one content; a time is in whole seconds, of which there may be several. */
function isSettled(tag: string, now: number): boolean {
  const time = Date.parse(tag);
  return tag.includes('"') || Number.isNaN(time) || time < now - TICK;
}

/**
 * Notes the state of files that are about to be read. Of a file that is written to meanwhile, rows of two states would be
 * counted together. What is read from an address is held to its ETag where it is read.
 *
 * @returns throws an InputError for a file that is in another state by now
 */
export function noteStates(files: readonly Identified[]): () => void {
  const stateOf = (file: Identified) => identify(file, 0)?.text;
  const before = files.map(stateOf);
  return () => {
    for (const [at, file] of files.entries()) {
      if (stateOf(file) === before[at]) continue;
      const { path } = file;
      const sentence = `${path}: it changed while it was read: run the command again when nothing writes to it`;
      throw new InputError(sentence, { path, content: false });
    }
  };
}
