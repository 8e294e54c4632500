import { ecsLine, type Log } from './ecs.ts';

interface BufferedLog {
  /** Holds a line until it is written. It never waits and never throws: a line for which there is no room is lost. */
  log: Log;
  /** Writes what is held. Resolves when that is done, or has failed; never rejects. A stalled write keeps it waiting. */
  flush(): Promise<void>;
}

interface BufferedLogOptions {
  /** Writes some of the bytes and resolves with how many. It may reject, and it may hang: the log bears both. */
  write: (bytes: Uint8Array) => Promise<number>;
  /** @returns the line that says how many lines were lost */
  lost: (lines: number) => string;
  /** Calls back once, some time later. */
  later: (callback: () => void) => void;
  /** Characters from which on lines are written. In Deno each write goes through another thread: few large ones are cheaper. */
  batch?: number;
  /** Characters to hold at most; lines beyond are counted, and lost. */
  most?: number;
}

/** About a second of lines under full load. */
const MOST_HELD = 8 * 1024 * 1024;

/** Characters of lines that become bytes together: soon enough to be in a cache of the processor still. */
const PIECE = 16 * 1024;

/**
 * A log that never decides about an answer, nor about the life of the process. Lines are written many at once, since a
 * write for each costs a request more than deciding does. One write is under way at a time, and no request waits for it.
 * When it stalls or fails, lines are held up to a bound and then counted; one line says how many were lost once writing
 * works again. What a failed write has left over is written first, so that no line is torn.
 *
 * @example
 *     const { log, flush } = bufferedLog({
 *       write: (bytes) => Deno.stdout.write(bytes),
 *       lost: (lines) => lostLine(Date.now(), lines),
 *       later: (callback) => setTimeout(callback, 200),
 *     });
 */
export function bufferedLog(options: BufferedLogOptions): BufferedLog {
  const { write, lost, later, batch = 262_144, most = MOST_HELD } = options;
  const encoder = new TextEncoder();
  /** Lines as text: what came last, and all that comes while bytes are written. */
  let held = '';
  /** Lines before those as bytes, up to `filled`. One array for all: a new one for each write costs a request more. */
  const bytes = new Uint8Array(batch + PIECE);
  let filled = 0;
  /** What is left to write of these bytes; nothing as long as no write has begun. */
  let rest = bytes.subarray(0, 0);
  let lines = 0;
  let writing: Promise<void> | null = null;
  let isFailing = false;
  let isWaiting = false;

  function log(line: string): void {
    if (filled + held.length + line.length >= most) {
      lines++;
      return;
    }
    held += `${line}\n`;
    if (held.length >= PIECE && rest.length === 0) encode();
    if (filled + held.length >= batch && !isFailing) void writeOn();
    else wait();
  }

  /** Makes bytes of the text for which there is room. */
  function encode(): void {
    const { read, written } = encoder.encodeInto(held, bytes.subarray(filled));
    held = held.slice(read);
    filled += written;
  }

  function wait(): void {
    if (isWaiting) return;
    isWaiting = true;
    later(() => {
      isWaiting = false;
      void writeOn();
    });
  }

  function writeOn(): Promise<void> {
    writing ??= writeBatches().finally(() => {
      writing = null;
    });
    return writing;
  }

  async function writeBatches(): Promise<void> {
    try {
      do {
        if (rest.length === 0) take();
        while (rest.length > 0) rest = rest.subarray(await write(rest));
        filled = 0;
        isFailing = false;
      } while (held.length >= batch || lines > 0);
      if (held !== '') wait();
    } catch {
      isFailing = true;
      wait();
    }
  }

  function take(): void {
    if (lines > 0) held += `${lost(lines)}\n`;
    lines = 0;
    encode();
    rest = bytes.subarray(0, filled);
  }

  async function flush(): Promise<void> {
    do await writeOn();
    while (filled + held.length > 0 && !isFailing);
  }

  return { log, flush };
}

/** @param now milliseconds since the epoch @returns the line that says that lines before it are missing from the log */
export function lostLine(now: number, lines: number): string {
  const message = `${lines} log lines were lost: the log could not be written`;
  const fields = { 'event.action': 'log_lost', 'event.outcome': 'failure', 'voucher.lines_lost': lines };
  return ecsLine(now, 'error', message, fields);
}
