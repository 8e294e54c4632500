import type { Log } from './log.ts';

export interface BufferedLog {
  log: Log;
  /** Writes what is held. */
  flush(): void;
}

export interface BufferedLogOptions {
  /** Writes some of the bytes and returns how many. */
  write: (bytes: Uint8Array) => number;
  /** Calls back once, some time later. */
  later: (callback: () => void) => void;
  /** Characters to hold at most. */
  size?: number;
}

/**
 * A log that writes many lines at once: a write for each line costs a request more than deciding does. Lines wait
 * until there is a batch of them or `later` comes, whichever is first.
 */
export function bufferedLog({ write, later, size = 16_384 }: BufferedLogOptions): BufferedLog {
  const encoder = new TextEncoder();
  let held = '';
  let waiting = false;

  function flush(): void {
    let bytes = encoder.encode(held);
    held = '';
    while (bytes.length > 0) bytes = bytes.subarray(write(bytes));
  }

  function log(line: string): void {
    held += `${line}\n`;
    if (held.length >= size) flush();
    else if (!waiting) {
      waiting = true;
      later(() => {
        waiting = false;
        flush();
      });
    }
  }

  return { log, flush };
}
