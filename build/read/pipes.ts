import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { isAddress, isStdin } from './remote/address.ts';

/** The pipes that are being read, by path. */
const open = new Set<string>();

/** Notes that a file is about to be read, in case it is a pipe. @returns what to call when it has been read */
export function openPipe(path: string): () => void {
  if (isAddress(path) || isStdin(path) || !statSync(path).isFIFO()) return () => {};
  open.add(path);
  return () => open.delete(path);
}

/**
 * Ends the reads that wait on pipes. A process waits for its reading threads before it exits, and one that waits for
 * a pipe without a writer would keep it for ever: a byte, which is thrown away, wakes it.
 */
export function wakePipes(): void {
  for (const path of open) {
    try {
      const pipe = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      writeSync(pipe, '\n');
      closeSync(pipe);
    } catch {
      // No reader waits there, or the pipe is full, and then its reader is awake.
    }
  }
}
