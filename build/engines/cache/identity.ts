import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { PIECE } from '../../read/bytes.ts';

/** What the file system says of a file. */
export interface Identity {
  /** Device, inode, size, and the times of the last change of content and of anything, in nanoseconds. */
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

/** @param now milliseconds since 1970 @returns null for what is no regular file, or is not there */
export function identify(path: string, now: number): Identity | null {
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

/** @returns the SHA-256 of a file's bytes, in hexadecimal */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 16 * PIECE }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}
