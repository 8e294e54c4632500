import { statSync } from 'node:fs';
import type { InputFile } from '../../read/file.ts';
import { isAddress, isStdin } from '../../read/remote/address.ts';
import { stateText } from '../../read/unchanged.ts';

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

/** Milliseconds after which a change shows in the times of a file, on any file system: FAT counts in 2 seconds. */
const TICK = 2_000;

/**
 * @param now milliseconds since 1970
 * @returns null for what is not a regular file, or is not there, and for an address whose server gives no ETag and no time
 */
export function identify({ path, size: given, tag }: InputFile, now: number): Identity | null {
  if (isAddress(path))
    return tag ? { text: `${tag}:${given}`, size: given, settled: isSettled(tag, now) } : null;
  if (isStdin(path)) return null;
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!status?.isFile()) return null;
  const { size, mtimeNs, ctimeNs } = status;
  const newest = Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;
  return {
    text: stateText(status),
    size: Number(size),
    settled: newest < now - TICK,
  };
}

/** An ETag is of one content; a time is in whole seconds, of which there may be several. */
function isSettled(tag: string, now: number): boolean {
  const time = Date.parse(tag);
  return tag.includes('"') || Number.isNaN(time) || time < now - TICK;
}
